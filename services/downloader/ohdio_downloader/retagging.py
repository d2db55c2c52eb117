"""Writing anew what is known of a book into files that are in the library already, as a person has changed it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from ohdio_core.domain.audiobook import BookDetails, Part
from ohdio_core.domain.formats import audio_format
from ohdio_core.domain.owner import OwnerId
from ohdio_core.errors import Postponed
from ohdio_core.library import Library
from ohdio_core.sentences import sentence
from ohdio_downloader.checksum import chunks_of, sha256_of
from ohdio_downloader.disk import copying
from ohdio_downloader.filed_files import FiledFile
from ohdio_downloader.media.formats import container_at
from ohdio_downloader.media.tag import write_details
from ohdio_downloader.media.taggers.details import PartTags, part_details
from ohdio_downloader.packaging import Packaged
from ohdio_downloader.workdir import WorkDir


class Retagging:
    """Makes copies of a book's files with new tags, to be filed in the place of the old ones.

    Args:
        library: Where the files are.
        work_dir: Entered; its ``book`` is what is filed.
        check: Called often; what it raises ends the work.
        keep_free: Bytes that must stay free on the disk.
    """

    def __init__(self, library: Library, work_dir: WorkDir, *, check: Callable[[], None], keep_free: int) -> None:
        self._library = library
        self._work_dir = work_dir
        self._check = check
        self._keep_free = keep_free

    def copy(
        self, folder: PurePosixPath, owner_id: OwnerId, details: BookDetails, durations: Mapping[str, float | None]
    ) -> Packaged:
        """Return what is filed: all files that are ours, under their names, those with sound with new tags.

        Args:
            folder: Of the book.
            owner_id: Whose folder it is.
            details: What is written; chapters and pictures stay as they are in the files.
            durations: What is known of the length of files, in seconds, by their names.

        Raises:
            Postponed: A file is gone, or there is no room.
        """
        ours = self._library.our_files(folder, owner_id)
        audio = [name for name in ours if audio_format(name) is not None]
        # A picture or transcript that a person took away is not missed.
        names = [name for name in ours if name in audio or self._library.file(name) is not None]
        if len(details.parts) != len(audio):  # somebody has made other files of its parts
            details = replace(details, parts=tuple(map(_unknown_part, range(len(audio)))))
        for name in names:
            self._copy(name)
        filed = [self._tag(name, part, details, durations) for name, part in zip(audio, details.parts, strict=True)]
        self._work_dir.keep_only({name.name for name in names})
        return Packaged(self._work_dir.book, tuple(filed))

    def _copy(self, name: PurePosixPath) -> None:
        if (file := self._library.file(name)) is None:
            raise Postponed(
                sentence("tags.file_gone", "{file} is gone from the library, so its tags wait.", file=str(name))
            )
        target = self._path(name)
        target.unlink(missing_ok=True)
        with copying(target, file.size, keep_free=self._keep_free), target.open("wb") as copy:
            for chunk in self._library.read(name, 0, file.size):
                self._check()
                copy.write(chunk)

    def _tag(
        self, name: PurePosixPath, part: Part, details: BookDetails, durations: Mapping[str, float | None]
    ) -> FiledFile:
        path = self._path(name)
        track = PartTags(part.index + 1, len(details.parts), part.title, part.narrators)
        written = part_details(details, track, None)
        write_details(path, container_at(path), written, keep_free=self._keep_free)
        digest = sha256_of(chunks_of(path), self._check)
        return FiledFile(part.index, name.name, path.stat().st_size, digest, durations.get(name.name))

    def _path(self, name: PurePosixPath) -> Path:
        return self._work_dir.book / name.name


def _unknown_part(index: int) -> Part:
    return Part(index, "")
