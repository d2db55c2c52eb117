"""The ohdio that runs on a data directory of this machine, and how it is reached."""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import dataclass
from pathlib import Path

LOCK = "lock"  #: the file that a running ohdio has locked
INSTANCE = "instance.json"  #: the file in which it says how it is reached
#: The file with the secret that it asks others for, where nobody set one.
TOKEN = "token"  # noqa: S105 # its name


@dataclass(frozen=True, slots=True)
class Instance:
    """How to reach the process that has a data directory."""

    url: str  #: of its API, without a path
    token: str | None
    library: str  #: where it puts books
    public_url: str | None = None  #: the address by which other machines reach it, where a person has named one


def is_taken(directory: Path) -> bool:
    """Return whether a process has a data directory at this moment, this one included."""
    try:
        lock = os.open(directory / LOCK, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def running_instance(directory: Path) -> Instance | None:
    """Return how to reach the process that has a data directory; None when there is none, or it is not ready yet.

    A note that no ohdio can have written counts as none, and so does one of a process that was killed.
    """
    if not is_taken(directory):
        return None
    try:
        instance = Instance(**json.loads((directory / INSTANCE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    texts = (instance.url, instance.token or "", instance.library, instance.public_url or "")
    is_ours = all(isinstance(text, str) for text in texts)
    return instance if is_ours else None


def kept_token(directory: Path) -> str | None:
    """Return the secret that is kept in a data directory; None where there is none, or not for this user."""
    try:
        return (directory / TOKEN).read_text(encoding="ascii", errors="replace").strip() or None
    except OSError:
        return None
