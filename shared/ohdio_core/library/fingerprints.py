"""What tells a file of ours from another one that has come to be under its name."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Collection
from pathlib import Path

_OF_CONTENT = "sha256:"


def fingerprint(path: Path) -> str:
    """Return the checksum of a file: for one that has just been written, or will be copied.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        return f"{_OF_CONTENT}{hashlib.file_digest(file, 'sha256').hexdigest()}"


def fingerprint_of_old(path: Path) -> str:
    """Return the size and the time of a file that has been there for long, and keeps them under another name.

    Raises:
        OSError: It cannot be read.
    """
    status = path.stat()
    return f"{status.st_size} bytes at {status.st_mtime_ns}"


def is_one_of(path: Path, fingerprints: Collection[str]) -> bool:
    """Return whether a path is a file with one of these fingerprints.

    Raises:
        OSError: It cannot be read.
    """
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return False
        if fingerprint_of_old(path) in fingerprints:
            return True
        has_checksums = any(each.startswith(_OF_CONTENT) for each in fingerprints)
        return has_checksums and fingerprint(path) in fingerprints
    except (FileNotFoundError, NotADirectoryError):
        return False
