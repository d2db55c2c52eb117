"""What is done with a library's folder when a process starts: trying it, and tidying up after killed ones."""

from __future__ import annotations

import os
import shutil
import time
import uuid
from datetime import timedelta
from pathlib import Path

from ohdio_core.errors import PermanentError
from ohdio_core.library.aside import remove_old_aside
from ohdio_core.library.disk import for_each, sync_tree
from ohdio_core.library.filing import INCOMING
from ohdio_core.library.outgoing import OUTGOING, put_back
from ohdio_core.reasons import reason_in_sentence
from ohdio_core.sentences import sentence


def write_probe(root: Path) -> None:
    """Make a library's folder, and write to it.

    Raises:
        PermanentError: It cannot be written, with what to do about it.
    """
    probe = root / f"{INCOMING}{uuid.uuid4().hex}"  # after a kill it is tidied up as copies are
    try:
        root.mkdir(parents=True, exist_ok=True)
        probe.mkdir()
        (probe / "file").write_bytes(b"\0")
        sync_tree(probe)
        shutil.rmtree(probe)
    except OSError as error:
        raise PermanentError(
            sentence(
                "library.read_only",
                "The library {library} cannot be written ({reason}): check that the directory exists, and that "
                "user {user} may write there, or set LIBRARY_DIR to another one.",
                library=str(root),
                reason=reason_in_sentence(error),
                user=os.getuid(),
            )
        ) from error


def remove_leftovers(root: Path, *, older_than: timedelta) -> None:
    """Delete half made copies, and move folders back that were being replaced; younger ones may be another's work.

    Small files that were kept aside long ago go, too. What is wrong with one keeps no other from being seen to.

    Raises:
        OSError: The last one of any.
    """

    def tidy(path: Path) -> None:
        # A link is none of ours, wherever it leads.
        if not path.is_symlink() and time.time() - path.stat().st_mtime > older_than.total_seconds():
            if path.name.startswith(OUTGOING):
                put_back(root, path)
            else:
                shutil.rmtree(path)

    left = [path for prefix in (INCOMING, OUTGOING) for path in root.glob(f"{prefix}*")]
    try:
        for_each(left, tidy)
    finally:
        remove_old_aside(root)
