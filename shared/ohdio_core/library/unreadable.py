"""Files of a library that its disk or store cannot read, told apart from errors of other disks."""

from __future__ import annotations

from ohdio_core.errors import Postponed
from ohdio_core.library.disk import unusable


class FileUnreadable(OSError):
    """A file of the library is there, and cannot be read now."""


def cannot_be_read(location: str, error: OSError) -> Postponed:
    """Return our error for one that came of reading a file of the library: the book waits, as it is not to blame.

    Args:
        location: Of the library.
        error: What was raised; caused by what the library says of itself, where it says anything.
    """
    return error.__cause__ if isinstance(error.__cause__, Postponed) else unusable(location, error)
