"""What file system a path lies on, by Linux's ``/proc/self/mountinfo`` (proc_pid_mountinfo(5))."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")
_ESCAPED = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class FileSystem:
    """A file system that is mounted."""

    type: str  #: as the kernel calls it: ``ext4``, ``nfs4``, ``fuse.sshfs``
    source: str  #: a device, or ``server:/path``
    mounted_at: Path


def file_system_of(path: Path, mounts: str | None = None) -> FileSystem | None:
    """Return the file system that a path is on, or will be when it is made; None where that cannot be told.

    Args:
        path: It need not exist.
        mounts: The text of ``mountinfo``; the kernel's by default.
    """
    if mounts is None:
        try:
            mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            return None
    real = path.resolve()
    above = [each for each in map(_parse, mounts.splitlines()) if real.is_relative_to(each.mounted_at)]
    # Later lines are mounted over earlier ones.
    return max(reversed(above), key=lambda each: len(each.mounted_at.parts), default=None)


def _parse(line: str) -> FileSystem:
    left, _, right = line.partition(" - ")
    kind, source, *_ = right.split(" ")
    return FileSystem(kind, _plain(source), Path(_plain(left.split(" ")[4])))


def _plain(field: str) -> str:
    """Return a field without its octal escapes, which stand for spaces, tabs, line ends and backslashes."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 8)), field)
