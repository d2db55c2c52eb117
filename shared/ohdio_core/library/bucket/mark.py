"""The object that a library gets with its first book: without it, it is another bucket, or another prefix."""

from __future__ import annotations

from ohdio_core.errors import NeedsPerson
from ohdio_core.library.bucket.objects import Objects
from ohdio_core.library.refusals import GOES_ON
from ohdio_core.sentences import Sentence, sentence

_MARK = ".ohdio-library"


class BucketMark:
    """Distinguishes a library from a place in which no book was ever filed.

    Args:
        objects: Of the library.
    """

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self.must_be_there = False  #: books were filed here before

    def is_there(self) -> bool:
        """Return whether the object is there; if it is, it must be from now on.

        Raises:
            Postponed: The bucket cannot be read.
        """
        is_there = self._objects.find(_MARK) is not None
        self.must_be_there = self.must_be_there or is_there
        return is_there

    def make(self) -> None:
        """Make the object.

        Raises:
            Postponed: The bucket cannot be written.
        """
        self._objects.write(_MARK, b"")
        self.must_be_there = True

    def require(self) -> None:
        """Return if the bucket is there, with the object if books were filed in it before.

        Raises:
            Postponed: It is not.
        """
        must_be_there = self.must_be_there
        if not self.is_there() and must_be_there:
            raise self.missing(GOES_ON)

    def missing(self, then: Sentence) -> NeedsPerson:
        """Return the error for a place without the object.

        Args:
            then: What happens, or is to be done, once that is mended.
        """
        return NeedsPerson(
            sentence(
                "bucket.unmarked",
                "The library {library} has lost its object {name}, so it seems to be another place than that in which "
                "books were filed: correct LIBRARY_URL. {then} If it is the right one all the same, put the object "
                "there again.",
                library=self._objects.address.location,
                name=_MARK,
                then=then,
            )
        )
