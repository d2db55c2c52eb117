"""How long names may be in a folder, by its own file system."""

from __future__ import annotations

import errno
import os
import uuid
from pathlib import Path

from ohdio_core.domain.naming import MAX_BYTES
from ohdio_core.library.filing import INCOMING

_USUAL = 255
_LEAST = 32
_KEPT_FREE = 16  # for the suffixes that names have on their way


def name_bytes(directory: Path) -> int:
    """Return how many bytes of UTF-8 the names of books may have in ``directory``.

    Encrypted folders (eCryptfs, on many NAS) take 143, and some file systems say more than they take. So it is tried,
    with a hidden folder that is removed at once.
    """
    try:
        longest = os.pathconf(directory, "PC_NAME_MAX")
    except (OSError, ValueError):
        longest = _USUAL
    return min(MAX_BYTES, _longest_taken(directory, longest) - _KEPT_FREE)


def _longest_taken(directory: Path, longest: int) -> int:
    if _takes(directory, longest):
        return longest
    least = _LEAST
    while least + 1 < longest:
        middle = (least + longest) // 2
        if _takes(directory, middle):
            least = middle
        else:
            longest = middle
    return least


def _takes(directory: Path, length: int) -> bool:
    # After a kill it is tidied up as half made copies are.
    trial = directory / f"{INCOMING}{uuid.uuid4().hex[:16]}".ljust(length, "n")
    try:
        trial.mkdir()
        trial.rmdir()
    except OSError as error:
        return error.errno != errno.ENAMETOOLONG  # what else is wrong is found where it matters
    return True
