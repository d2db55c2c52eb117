"""What somebody may do."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """Of an account."""

    MANAGER = "manager"  #: everything
    LISTENER = "listener"  #: reads and hears; adds, changes and deletes nothing but what is their own
