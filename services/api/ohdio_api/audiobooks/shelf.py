"""Where a book's files are in the library."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from pathlib import PurePosixPath

from sqlalchemy import select

from ohdio_api.audiobooks.archive import Archive, ArchiveEntry
from ohdio_api.audiobooks.joined import JoinedBook, Joiner
from ohdio_api.audiobooks.service import missing_book
from ohdio_api.audiobooks.thumbnails import CoverSize, Thumbnails, UnreadablePicture
from ohdio_api.problems import Refusal
from ohdio_core.db.models import Audiobook
from ohdio_core.db.session import Database
from ohdio_core.db.shelf_models import BookFile
from ohdio_core.domain.audiobook import BookRef
from ohdio_core.domain.owner import OwnerId
from ohdio_core.errors import Postponed
from ohdio_core.library import Library, LibraryFile
from ohdio_core.sentences import sentence
from ohdio_core.sources.owners import owner_of


class Shelf:
    """Finds the files of books."""

    def __init__(self, database: Database, library: Library) -> None:
        self.database = database
        self.library = library
        self._thumbnails = Thumbnails(library)
        self._joiner = Joiner(library)

    def audio(self, audiobook_id: int, part: int) -> LibraryFile:
        """Find one part of a book, counted from 1.

        Raises:
            Refusal: There is no such book or part, or it is not in the library.
        """
        files = self._audio_files(audiobook_id)
        if part > len(files):
            raise Refusal(
                HTTPStatus.NOT_FOUND,
                sentence(
                    "book.no_such_part",
                    "Book {id} has {count} parts; there is no part {part}.",
                    id=audiobook_id,
                    count=len(files),
                    part=part,
                ),
            )
        return self._present(files[part - 1], part)

    def packed(self, ids: Sequence[int]) -> tuple[str, Archive]:
        """Return a name for an archive of books, and the archive: each in the folder that it has in the library.

        Raises:
            Refusal: One of them is none, or not all of it is in the library.
        """
        books = [self._files(audiobook_id) for audiobook_id in dict.fromkeys(ids)]
        folder = self._look_up(ids[0])[0] if len(books) == 1 else None
        name = "ohdio" if folder is None else folder.name
        # Episodes of a show have its picture in common.
        files = {str(file.name): file for files in books for file in files}
        return f"{name}.zip", Archive(self.library, [ArchiveEntry(*each) for each in files.items()])

    def _files(self, audiobook_id: int) -> list[LibraryFile]:
        """Return all files of a book: its parts, then its cover."""
        parts = enumerate(self._audio_files(audiobook_id), 1)
        folder, owner_id, _ = self._look_up(audiobook_id)
        cover = None if folder is None else self.library.cover(folder, owner_id)
        return [self._present(name, part) for part, name in parts] + ([cover] if cover is not None else [])

    def _audio_files(self, audiobook_id: int) -> Sequence[PurePosixPath]:
        folder, owner_id, _ = self._look_up(audiobook_id)
        files = () if folder is None else self.library.audio_files(folder, owner_id)
        if not files:
            raise Refusal(
                HTTPStatus.NOT_FOUND,
                sentence("book.not_filed", "Book {id} is not in the library (yet).", id=audiobook_id),
            )
        return files

    def _present(self, name: PurePosixPath, part: int) -> LibraryFile:
        file = self.library.file(name)
        if file is None:
            raise Refusal(
                HTTPStatus.NOT_FOUND,
                sentence(
                    "book.file_gone",
                    "The file of part {part} is gone from the library; download the book again.",
                    part=part,
                ),
            )
        return file

    def joined(self, audiobook_id: int) -> JoinedBook | None:
        """Return all parts of a book as one file; None where they cannot be one, or the library is out of reach.

        Raises:
            Refusal: There is no such book.
        """
        folder, owner_id, _ = self._look_up(audiobook_id)
        measured = select(BookFile.name, BookFile.duration_seconds).where(BookFile.audiobook_id == audiobook_id)
        with self.database.reading() as session:
            known = {row.name: row.duration_seconds for row in session.execute(measured)}
        if folder is None or not known:
            return None
        try:
            found = [self.library.file(name) for name in self.library.audio_files(folder, owner_id)]
        except Postponed:
            return None
        files = [file for file in found if file is not None]
        return self._joiner.join(files, [known.get(file.name.name) for file in files])

    def cover(self, audiobook_id: int) -> LibraryFile | str:
        """Find a book's cover: our copy, or else its address at the source.

        Raises:
            Refusal: There is no such book, or it has no cover.
        """
        folder, owner_id, cover_url = self._look_up(audiobook_id)
        copy = None if folder is None else self.library.cover(folder, owner_id)
        if copy is not None:
            return copy
        if cover_url is not None and cover_url.startswith(("https://", "http://")):
            return cover_url
        raise Refusal(HTTPStatus.NOT_FOUND, sentence("book.no_cover", "Book {id} has no cover.", id=audiobook_id))

    def thumbnail(self, audiobook_id: int, size: CoverSize) -> tuple[str, bytes]:
        """Return a name that changes with what it shows, and a small copy of a book's cover as it is in the library.

        Raises:
            Refusal: There is no such book, or it has no cover there that can be shown.
        """
        folder, owner_id, _ = self._look_up(audiobook_id)
        cover = None if folder is None else self.library.cover(folder, owner_id)
        if cover is None:
            raise Refusal(
                HTTPStatus.NOT_FOUND,
                sentence("book.no_filed_cover", "Book {id} has no cover in the library (yet).", id=audiobook_id),
            )
        try:
            return self._thumbnails.of(cover, size)
        except (UnreadablePicture, OSError) as error:
            raise Refusal(
                HTTPStatus.NOT_FOUND,
                sentence(
                    "book.unreadable_cover",
                    "The cover of book {id}, {file}, is no picture that can be shown.",
                    id=audiobook_id,
                    file=cover.name.name,
                ),
            ) from error

    def _look_up(self, audiobook_id: int) -> tuple[PurePosixPath | None, OwnerId, str | None]:
        """Return a book's folder, None while it is not filed, whose folder it is, and the address of its cover."""
        with self.database.reading() as session:
            row = session.execute(
                select(
                    Audiobook.library_path,
                    Audiobook.cover_url,
                    Audiobook.source,
                    Audiobook.url,
                    Audiobook.external_id,
                ).where(Audiobook.id == audiobook_id)
            ).one_or_none()
        if row is None:
            raise missing_book(audiobook_id)
        folder = None if row.library_path is None else PurePosixPath(row.library_path)
        return folder, owner_of(BookRef(row.source, row.url, row.external_id)), row.cover_url
