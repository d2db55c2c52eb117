"""Where a database may lie: on a disk of this machine that keeps permissions.

PostgreSQL needs a disk that writes what it was told to write, in order, and that keeps its files from others. Network
shares promise the first only with care, and file systems of USB sticks do not know the second.
"""

from __future__ import annotations

import stat
from pathlib import Path

from ohdio.postgres.errors import PostgresUnavailable
from ohdio.postgres.file_system import FileSystem, file_system_of
from ohdio_core.sentences import Sentence, sentence, together

_NAMES = {
    "nfs": "NFS",
    "nfs4": "NFS",
    "cifs": "SMB",
    "smb3": "SMB",
    "smbfs": "SMB",
    "fuse.sshfs": "SSHFS",
    "exfat": "exFAT",
    "fuse.exfat": "exFAT",
    "vfat": "FAT",
    "msdos": "FAT",
}
_WHAT_TO_DO = sentence(
    "postgres.choose_place",
    "Choose a folder on a disk of this machine with --data (in a container: a volume), or set DATABASE_URL to a "
    "PostgreSQL elsewhere. The library may stay where it is.",
)


def require_safe_file_system(directory: Path, mounts: str | None = None) -> None:
    """Return if a database may lie in a directory, as far as its file system's name says.

    Args:
        directory: It need not exist.
        mounts: As ``file_system_of`` takes them.

    Raises:
        PostgresUnavailable: It is a network share, or knows no permissions.
    """
    found = file_system_of(directory, mounts)
    if found is not None and (name := _NAMES.get(found.type)) is not None:
        raise PostgresUnavailable(
            together(
                sentence(
                    "postgres.unsafe_place",
                    "The database cannot lie in {directory}, which is on {kind} ({source}): it would not be safe "
                    "there.",
                    directory=str(directory),
                    kind=name,
                    source=found.source,
                ),
                _WHAT_TO_DO,
            )
        )


def require_permissions(directory: Path) -> None:
    """Return if a directory is closed to others, as it was made.

    By its own name, exFAT is known only where the kernel mounts it; another system's may be mounted by any program.

    Raises:
        PostgresUnavailable: It is open all the same.
    """
    if stat.S_IMODE(directory.stat().st_mode) & 0o077:
        raise PostgresUnavailable(together(_open_to_others(directory.parent, file_system_of(directory)), _WHAT_TO_DO))


def _open_to_others(directory: Path, found: FileSystem | None) -> Sentence:
    if found is None:
        return sentence(
            "postgres.open_place",
            "The database cannot lie in {directory}, which is on a file system without permissions, as exFAT, FAT and "
            "some shares are: others could read and change it.",
            directory=str(directory),
        )
    return sentence(
        "postgres.open_place_on",
        "The database cannot lie in {directory}, which is on a file system without permissions ({kind}, {source}), as "
        "exFAT, FAT and some shares are: others could read and change it.",
        directory=str(directory),
        kind=found.type,
        source=found.source,
    )
