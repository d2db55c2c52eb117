from __future__ import annotations

from pathlib import Path

import pytest

from ohdio.postgres.errors import PostgresUnavailable
from ohdio.postgres.file_system import file_system_of
from ohdio.postgres.safe_disk import require_safe_file_system

#: As the kernel writes them; the second /srv was mounted over the first.
MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 22 0:31 / /srv rw,relatime - ext4 /dev/sdb1 rw
41 22 0:52 / /srv rw,relatime shared:9 master:2 - nfs4 nas:/volume1/books rw,vers=4.2
42 41 0:53 / /srv/my\\040stick rw - exfat /dev/sdc1 rw,uid=1000
43 22 0:54 / /home/ann/share rw - cifs //nas/share rw
44 22 0:55 / /srvant rw - xfs /dev/sdd1 rw
"""


def type_of(path: str) -> str:
    found = file_system_of(Path(path), MOUNTS)
    assert found is not None
    return found.type


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib", "ext4"),
        ("/srv/ohdio/not/made/yet", "nfs4"),
        ("/srv/my stick/ohdio", "exfat"),
        ("/srvant/ohdio", "xfs"),
        ("/home/ann/share", "cifs"),
    ],
)
def test_a_path_is_on_what_was_mounted_last_and_nearest(path: str, kind: str) -> None:
    assert type_of(path) == kind


def test_where_nothing_is_known_of_mounts_nothing_is_said() -> None:
    assert file_system_of(Path("/srv"), "") is None


@pytest.mark.parametrize(
    ("path", "name", "source"),
    [
        ("/srv/ohdio", "NFS", "nas:/volume1/books"),
        ("/home/ann/share/ohdio", "SMB", "//nas/share"),
        ("/srv/my stick/ohdio", "exFAT", "/dev/sdc1"),
    ],
)
def test_a_database_on_a_share_or_a_stick_is_refused_by_name(path: str, name: str, source: str) -> None:
    with pytest.raises(PostgresUnavailable) as refusal:
        require_safe_file_system(Path(path), MOUNTS)
    said = str(refusal.value)
    assert f"{path}, which is on {name} ({source})" in said
    assert "--data" in said
    assert "DATABASE_URL" in said


def test_a_database_on_a_disk_is_not() -> None:
    require_safe_file_system(Path("/srvant/ohdio"), MOUNTS)
