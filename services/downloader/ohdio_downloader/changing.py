"""Making of the files of a book in the library what a person has ordered: one of all, or files with other tags."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

from ohdio_core.collection.books import StoredBook
from ohdio_core.library import Library
from ohdio_core.sentences import Sentence
from ohdio_downloader.converting import Conversion
from ohdio_downloader.packaging import Packaged
from ohdio_downloader.retagging import Retagging
from ohdio_downloader.workdir import WorkDir


class Changed(NamedTuple):
    """What became of an order."""

    packaged: Packaged | None  #: to be filed in the place of the old files; None where these stay
    note: Sentence | None = None  #: why they are not what was ordered
    is_one: bool = False  #: it was converted


class Changing:
    """Carries out what people order of a book that is filed.

    Args:
        library: Where the files are.
        work_dir: Entered; what is filed is made there.
        name_bytes: What the names of files may have, in the work directory and in the library.
        check: Called often; what it raises ends the work.
        keep_free: Bytes that must stay free on the disk.
    """

    def __init__(
        self, library: Library, work_dir: WorkDir, *, name_bytes: int, check: Callable[[], None], keep_free: int
    ) -> None:
        self._retagging = Retagging(library, work_dir, check=check, keep_free=keep_free)
        self._conversion = Conversion(library, work_dir, name_bytes=name_bytes, check=check, keep_free=keep_free)

    def make(self, book: StoredBook, folder: PurePosixPath, durations: Mapping[str, float | None]) -> Changed:
        """Return what is to be filed.

        Args:
            book: As it is known now.
            folder: Its folder.
            durations: What is known of the length of files, in seconds, by their names.

        Raises:
            OhdioError: It cannot be made.
        """
        made = self._conversion.make(book, folder) if book.is_converted else None
        if isinstance(made, Packaged):
            return Changed(made, is_one=True)
        if book.revision > book.files_revision:
            return Changed(self._retagging.copy(folder, book.owner_id, book.details, durations), made)
        return Changed(None, made)
