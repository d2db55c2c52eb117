"""What may be wrong with a file in the library."""

from __future__ import annotations

from enum import StrEnum


class FaultKind(StrEnum):
    """One kind of fault."""

    LOST = "lost"  #: it is gone, and nothing has taken its place
    DAMAGED = "damaged"  #: its sound is not what was filed
    UNREADABLE = "unreadable"  #: the disk does not give it
