"""A name for the user of this process, which PostgreSQL's ``initdb`` insists on.

In a container any number may be the user's, and most have no line in ``/etc/passwd``. nss_wrapper (cwrap.org) answers
for such a line to one program, without being root; the images of PostgreSQL use it, too.
"""

from __future__ import annotations

import os
import pwd
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

#: Found by the dynamic linker; where it is missing, the program runs without it.
_LIBRARY = "libnss_wrapper.so"
_NAME = "ohdio"


def has_name() -> bool:
    """Return whether the user of this process has a name."""
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        return False
    return True


@contextmanager
def environment_with_a_name(directory: Path) -> Iterator[Mapping[str, str]]:
    """Yield an environment in which a program finds a name for its user, as far as nss_wrapper is installed.

    Args:
        directory: Where a few lines are written for the length of the block; ``/tmp`` may be read-only.
    """
    if has_name():
        yield os.environ
        return
    user, group = os.geteuid(), os.getegid()
    with tempfile.TemporaryDirectory(prefix="name-", dir=directory) as made:
        users, groups = Path(made, "passwd"), Path(made, "group")
        users.write_text(f"{_NAME}:x:{user}:{group}::/nonexistent:/bin/false\n", encoding="ascii")
        groups.write_text(f"{_NAME}:x:{group}:\n", encoding="ascii")
        wrapper = {"LD_PRELOAD": _LIBRARY, "NSS_WRAPPER_PASSWD": str(users), "NSS_WRAPPER_GROUP": str(groups)}
        yield {**os.environ, **wrapper}
