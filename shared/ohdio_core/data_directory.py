"""Where ohdio keeps its own data on a machine: the database of the product, its lock, its token."""

from __future__ import annotations

import os
from pathlib import Path


def default_data_directory() -> Path:
    """Return ``ohdio`` in the user's data directory, by the XDG Base Directory Specification."""
    base = Path(os.environ.get("XDG_DATA_HOME", ""))
    # A relative path there is invalid by the specification, and to be ignored.
    return (base if base.is_absolute() else Path.home() / ".local" / "share") / "ohdio"
