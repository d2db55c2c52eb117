"""The hidden file that a library's folder gets with its first book: without it, a disk is not mounted."""

from __future__ import annotations

from pathlib import Path

from ohdio_core.errors import NeedsPerson
from ohdio_core.library.disk import postponing
from ohdio_core.library.refusals import GOES_ON
from ohdio_core.sentences import Sentence, sentence

_MARK = ".ohdio-library"


class Mount:
    """Distinguishes a library's folder from the empty place where its disk is mounted.

    Args:
        root: Of the library.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self.must_be_marked = False  #: books were filed here before

    def is_marked(self) -> bool:
        """Return whether the hidden file is there; if it is, it must be from now on.

        Raises:
            Postponed: The library cannot be read.
        """
        with postponing(self._root):
            is_marked = (self._root / _MARK).exists()
        if is_marked:
            self.must_be_marked = True
        return is_marked

    def mark(self) -> None:
        """Make the hidden file.

        Raises:
            OSError: The library cannot be written.
        """
        (self._root / _MARK).touch()
        self.must_be_marked = True

    def require(self) -> None:
        """Raise an error when the directory is not there, or is the empty mount point of a disk, as far as is known.

        Raises:
            Postponed: It is gone; or it was marked, and is no longer.
        """
        # Asked first: another thread may file the first book, and so mark the library, between the two.
        must_be_marked = self.must_be_marked
        if self.is_marked():
            return
        if not self._root.exists():
            raise NeedsPerson(
                sentence(
                    "library.gone",
                    "The library {library} is gone: its folder was moved or deleted, or its disk is "
                    "not mounted. Bring it back; it goes on by itself then.",
                    library=str(self._root),
                )
            )
        if must_be_marked:
            raise self.unmounted(GOES_ON)

    def unmounted(self, then: Sentence) -> NeedsPerson:
        """Return the error for a folder without its hidden file.

        Args:
            then: What happens, or is to be done, once it is mounted.
        """
        return NeedsPerson(
            sentence(
                "library.unmounted",
                "The library {library} has lost its hidden file {file}, so its disk seems not to be mounted: mount it. "
                "{then} If this is the right folder all the same, create the file in it.",
                library=str(self._root),
                file=_MARK,
                then=then,
            )
        )
