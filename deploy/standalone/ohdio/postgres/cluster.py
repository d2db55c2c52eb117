"""The files of a PostgreSQL server: made once, and only where they are safe."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from ohdio.postgres.binaries import command, hand_over, major_version
from ohdio.postgres.errors import PostgresUnavailable
from ohdio.postgres.named_user import environment_with_a_name, has_name
from ohdio.postgres.safe_disk import require_permissions, require_safe_file_system
from ohdio_core.reasons import reason_in_sentence
from ohdio_core.sentences import sentence


def make_cluster(data: Path) -> None:
    """Make a new and empty cluster, whole or not at all; return if there is one of this version.

    Args:
        data: Its directory, in one that exists.

    Raises:
        PostgresUnavailable: It cannot be made or used there; the sentence says why.
    """
    require_safe_file_system(data.parent)
    if data.exists():
        _require_version(data)
        return
    half_made = data.with_name("data.new")
    shutil.rmtree(half_made, ignore_errors=True)
    half_made.mkdir(mode=0o700)
    require_permissions(half_made)
    hand_over(half_made)
    _run_initdb(half_made)
    half_made.rename(data)


def _run_initdb(data: Path) -> None:
    with environment_with_a_name(data.parent) as environment:
        done = subprocess.run(
            command(
                *("initdb", "-D", str(data), "-U", "postgres", "--auth=trust", "--encoding=UTF8"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
                owned=data,
            ),
            cwd=data.parent,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        said = sentence(
            "postgres.not_made", "PostgreSQL could not make its data in {directory}.", directory=str(data.parent)
        )
        raise PostgresUnavailable(*([said] if has_name() else [said, _NAMELESS]), details=done.stdout.splitlines())


_NAMELESS = sentence(
    "postgres.nameless",
    "The user that ohdio runs as has no name in /etc/passwd: give it one, install nss_wrapper (the package is "
    "libnss-wrapper in Debian, nss_wrapper in Fedora), or set DATABASE_URL to a server.",
)


def _require_version(data: Path) -> None:
    try:
        version = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    except OSError as error:
        raise PostgresUnavailable(
            sentence(
                "postgres.unreadable",
                "The database in {directory} cannot be read ({reason}). It belongs to another user, or is damaged. Run "
                "ohdio as its owner, or choose another data directory with --data.",
                directory=str(data),
                reason=reason_in_sentence(error),
            )
        ) from None
    if version != major_version():
        raise PostgresUnavailable(
            sentence(
                "postgres.other_version",
                "The database in {directory} was made by PostgreSQL {version}, and this version of ohdio brings "
                "PostgreSQL {brought}. Go back to the version of ohdio that made it, or move that folder away: books "
                "that are in the library are recognised when their links are added again.",
                directory=str(data),
                version=version,
                brought=major_version(),
            )
        )
