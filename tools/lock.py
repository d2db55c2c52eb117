"""Writes the hash-pinned requirement files: one per image, and one for development.

The development file holds everything, so it is resolved first; the images take their versions from it,
and what is tested is what is shipped. Our own distributions are installed apart, without dependencies.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DEV_LOCK = ROOT / "requirements-dev.lock"
BUILD_LOCK = ROOT / "requirements-build.lock"  #: what builds our wheels inside an image

#: Every distribution of ours, by the name that the others require it with.
DISTRIBUTIONS = {
    "ohdio-core": ROOT / "shared",
    "ohdio-client": ROOT / "client",
    "ohdio-scraper": ROOT / "services/scraper",
    "ohdio-metadata": ROOT / "services/metadata",
    "ohdio-downloader": ROOT / "services/downloader",
    "ohdio-api": ROOT / "services/api",
    "ohdio": ROOT / "deploy/standalone",
}
#: What is installed by itself, in an image or on a machine, and so has a lock in its folder: of which distributions.
IMAGES = {
    "ohdio-core": ("ohdio-core[services,s3]",),  # which every image of a service has, and installs first
    "ohdio-scraper": ("ohdio-scraper",),
    "ohdio-metadata": ("ohdio-metadata",),
    "ohdio-downloader": ("ohdio-downloader",),
    "ohdio-api": ("ohdio-api", "ohdio-client"),  # with the command, for `docker compose exec api ohdio queue`
    "ohdio": ("ohdio[s3]",),
}

HEADER = "# Written by `make lock` from the pyproject.toml files. Do not edit.\n"


def read_toml(folder: Path) -> dict[str, Any]:
    """Return a folder's pyproject.toml."""
    return tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))


def runtime_requirements(image: str) -> set[str]:
    """Return what the distributions of an image need from others at run time, through ours, as requirement lines."""
    return set().union(*map(_requirements_of, IMAGES[image]))


def _requirements_of(line: str) -> set[str]:
    """Return what one of ours needs, which is required by this line: ``ohdio-core[services]==0.1.0``."""
    name, extras = name_and_extras(line)
    project = read_toml(DISTRIBUTIONS[name])["project"]
    wanted = [*project["dependencies"], *(each for extra in extras for each in project["optional-dependencies"][extra])]
    found: set[str] = set()
    for each in wanted:
        found |= _requirements_of(each) if name_and_extras(each)[0] in DISTRIBUTIONS else {each}
    return found


def name_and_extras(line: str) -> tuple[str, list[str]]:
    """Return the distribution that a requirement names, and the extras in brackets behind it (PEP 508)."""
    parts = re.match(r"\s*([\w.-]+)\s*(?:\[([^\]]*)\])?", line)
    assert parts is not None, line
    return parts[1], re.findall(r"[\w.-]+", parts[2] or "")


def compile_lock(requirements: set[str], lock: Path, constraints: Path | None) -> None:
    """Resolve ``requirements`` into ``lock``; versions already in the lock stay unless they no longer fit.

    Raises:
        subprocess.CalledProcessError: pip-compile could not resolve them; it has said why.
    """
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "requirements.in"
        source.write_text("\n".join(sorted(requirements)) + "\n", encoding="utf-8")
        command = [
            *(sys.executable, "-m", "piptools", "compile", "--quiet", "--generate-hashes", "--strip-extras"),
            *("--allow-unsafe", "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
            *("--no-emit-trusted-host", "--output-file", str(lock), str(source)),
        ]
        if constraints is not None:
            command += ["--constraint", str(constraints)]
        subprocess.run(command, check=True)
    lock.write_text(HEADER + lock.read_text(encoding="utf-8"), encoding="utf-8")


def pins(lock: Path) -> str:
    """Return a lock's versions as constraint lines, without the hashes."""
    return "\n".join(re.findall(r"^[A-Za-z0-9][^ \\]*==[^ \\]+", lock.read_text(encoding="utf-8"), re.MULTILINE))


def main() -> None:
    """Write every lock."""
    everything = set(read_toml(ROOT)["dependency-groups"]["dev"])
    for image in IMAGES:
        everything |= runtime_requirements(image)
    compile_lock(everything, DEV_LOCK, constraints=None)
    with tempfile.TemporaryDirectory() as scratch:
        constraints = Path(scratch) / "constraints.txt"
        constraints.write_text(pins(DEV_LOCK), encoding="utf-8")
        for image in IMAGES:
            compile_lock(runtime_requirements(image), DISTRIBUTIONS[image] / "requirements.lock", constraints)
        compile_lock(set(read_toml(DISTRIBUTIONS["ohdio"])["build-system"]["requires"]), BUILD_LOCK, constraints)


if __name__ == "__main__":
    main()
