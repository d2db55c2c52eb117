"""Who serves a data directory at this moment, read from PostgreSQL's own ``postmaster.pid`` and from /proc.

The file's lines, by PostgreSQL's ``miscadmin.h``: process id, data directory, start time, port, socket directory,
listen address, shared memory key, status. Linux only.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

_FILE = "postmaster.pid"


@dataclass(frozen=True, slots=True)
class Postmaster:
    """A server that is running."""

    pid: int
    socket_dir: Path
    is_ready: bool  #: takes connections

    @property
    def url(self) -> str:
        """``postgresql://…`` for every process of its user."""
        return f"postgresql://postgres@/postgres?host={quote(str(self.socket_dir), safe='')}"


def find_postmaster(data: Path) -> Postmaster | None:
    """Return the server of a data directory; None when there is none, or it has not written its file yet."""
    try:
        pid, _, _, _, socket_dir, _, _, status = (data / _FILE).read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, ValueError):
        return None
    # The file of a server that was killed stays, and its number may be another process's by now.
    if not _works_in(int(pid), data):
        return None
    return Postmaster(int(pid), Path(socket_dir), status.strip() == "ready")


def forget_dead_postmaster(data: Path, socket_dir: Path) -> None:
    """Remove what a server that is no more has locked, as PostgreSQL does only if its number is free.

    Call it only as the one who may start a server, and when no process of the old one is left.
    """
    for left in (data / _FILE, *socket_dir.glob(".s.PGSQL.*")):
        left.unlink(missing_ok=True)


def processes_in(data: Path) -> list[int]:
    """Return the processes of the server of a data directory, which all work in it."""
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if _works_in(int(entry.name), data)]


def _works_in(pid: int, data: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").samefile(data)
    except OSError:  # it is gone, or another user's
        return False
