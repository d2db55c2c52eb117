"""Parts of a book that are in the library still, where others are gone: only those are fetched again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import PurePosixPath

import structlog

from ohdio_core.collection.books import StoredBook
from ohdio_core.domain.audiobook import Part
from ohdio_core.library import Library
from ohdio_downloader.checksum import chunks_of, sha256_of
from ohdio_downloader.disk import copying
from ohdio_downloader.filed_files import FiledFile
from ohdio_downloader.media.transcript import Transcript, transcript_names
from ohdio_downloader.packaging import Packaging, VerifiedPart
from ohdio_downloader.workdir import WorkDir

log = structlog.get_logger(__name__)


class KeptParts:
    """Takes parts from a book's folder into its work directory, as if they had been fetched and verified.

    Args:
        library: Where the folder is.
        work_dir: Entered.
        check: Called often; what it raises ends the work.
        keep_free: Bytes that must stay free on the disk.
    """

    def __init__(self, library: Library, work_dir: WorkDir, *, check: Callable[[], None], keep_free: int) -> None:
        self._library = library
        self._work_dir = work_dir
        self._check = check
        self._keep_free = keep_free

    def take(self, book: StoredBook, filed: Sequence[FiledFile], packaging: Packaging) -> None:
        """Package every part that is in the folder as it was filed, and was made of the medium that the part is now.

        Args:
            book: As it is described now.
            filed: Its files, as they were.
            packaging: Takes the parts.

        Raises:
            DamagedAudio: A file cannot be read.
            Postponed: The library cannot be read, or the disk is full.
        """
        was_at = book.library_path
        folder = None if was_at is None else self._library.locate(was_at, book.owner_id, self._check)
        if folder is None:
            return
        media = self._library.sounds.media(folder, book.owner_id)
        files = {file.index: file for file in filed if file.duration_seconds is not None}
        kept = 0
        for part in book.details.parts:
            file = files.get(part.index)
            if file is not None and media.get(file.name) == part.external_id and packaging.size_of(part) is None:
                kept += self._take(part, self._library.file_of(folder, file.name), file, packaging)
        log.info("parts are there still", book=book.id, parts=kept, of=len(book.details.parts))

    def _take(self, part: Part, name: PurePosixPath, filed: FiledFile, packaging: Packaging) -> bool:
        copy = self._work_dir.fetch_path(part).with_suffix(name.suffix)
        with copying(copy, filed.size, keep_free=self._keep_free):
            with copy.open("wb") as writing:
                for chunk in self._library.read(name, 0, filed.size):
                    self._check()
                    writing.write(chunk)
            is_same = sha256_of(chunks_of(copy), self._check) == filed.sha256
            if is_same and filed.duration_seconds is not None:
                duration = timedelta(seconds=filed.duration_seconds)
                packaging.add(VerifiedPart(part, copy, duration, (), self._transcript(name), filed.sound_sha256))
        copy.unlink(missing_ok=True)
        return is_same

    def _transcript(self, audio: PurePosixPath) -> Transcript | None:
        for name, suffix in transcript_names(audio):
            if (file := self._library.file(audio.with_name(name))) is not None:
                return Transcript(b"".join(self._library.read(file.name, 0, file.size)), suffix)
        return None
