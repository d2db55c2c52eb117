"""Fetch what the web interface and its tests use of others, each of one version with its checksum.

    make vendor

The files are kept in the repository, so that nothing is fetched when the product is installed, built or run. Each
stands beside its licence. To take another version, change it and its checksum here.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).parent.parent
VENDOR = _ROOT / "services/api/ohdio_api/web/vendor"
#: What finds faults of accessibility; of tests alone.
AXE_FOLDER = _ROOT / "tests/browser/axe"

#: Of Lucide; the names that templates use.
ICONS = (
    *("arrow-down", "arrow-up", "arrow-up-to-line", "calendar-clock", "check", "chevron-left", "chevron-right"),
    *("circle-alert", "circle-check", "clock", "combine", "download", "ellipsis", "house", "layout-grid", "library"),
    *("link", "list", "list-filter", "minus", "moon", "pause", "pencil", "play", "plus", "rotate-cw", "rss", "search"),
    *("settings", "skip-back", "skip-forward", "sun", "trash-2", "triangle-alert", "undo-2", "x"),
)

_NEW_LINES = re.compile(r"\s*\n\s*")


@dataclass(frozen=True, slots=True)
class NpmPackage:
    """One package of npm."""

    name: str
    version: str
    sha256: str  #: of the archive


AXE = NpmPackage("axe-core", "4.14.1", "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745")
HTMX = NpmPackage("htmx.org", "4.0.1", "5fba65616ca148a86d377e9771bcada7f35faee3558651feb929eea425e13b3c")
LITERATA = NpmPackage(
    "@fontsource-variable/literata", "5.3.0", "6511fb89c1b68ad10a422204580984dd3e27a129edc4cd015ee342f06a8fe4ac"
)
LUCIDE = NpmPackage("lucide-static", "1.62.0", "386f9080c440d6f5049cefe3456ae8357f7a0c7f76e59670cd1cb83bc7050a44")


def main() -> None:
    """Write every file anew."""
    with tempfile.TemporaryDirectory() as directory:
        packages = (HTMX, LITERATA, LUCIDE, AXE)
        htmx, literata, lucide, axe = (fetch(package, Path(directory)) for package in packages)
    keep("htmx.min.js", htmx["package/dist/htmx.min.js"])
    keep("htmx.LICENSE", htmx["package/LICENSE"])
    keep("literata.woff2", literata["package/files/literata-latin-wght-normal.woff2"])
    keep("literata.LICENSE", literata["package/LICENSE"])
    keep("lucide.svg", sprite({icon: lucide[f"package/icons/{icon}.svg"].decode() for icon in ICONS}).encode())
    keep("lucide.LICENSE", lucide["package/LICENSE"])
    for name, file in (("axe.min.js",) * 2, ("axe.LICENSE", "LICENSE"), ("axe-parts.LICENSE", "LICENSE-3RD-PARTY.txt")):
        keep(name, axe[f"package/{file}"], AXE_FOLDER)


def fetch(package: NpmPackage, directory: Path) -> dict[str, bytes]:
    """Return the files of a package by their paths.

    Raises:
        SystemExit: It is not what it was when its checksum was written down.
    """
    command = ["npm", "pack", "--silent", "--pack-destination", str(directory), f"{package.name}@{package.version}"]
    name = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    archive = directory / name
    if (found := hashlib.sha256(archive.read_bytes()).hexdigest()) != package.sha256:
        raise SystemExit(f"{package.name} {package.version} has the checksum {found}, not {package.sha256}.")
    with tarfile.open(archive) as files:
        return {file.name: opened.read() for file in files if (opened := files.extractfile(file)) is not None}


def sprite(icons: dict[str, str]) -> str:
    """Return one SVG with a symbol for each icon, to be put into a page."""
    symbols = (
        f'<symbol id="icon-{name}" viewBox="0 0 24 24">{_NEW_LINES.sub("", drawing)}</symbol>'
        for name, icon in icons.items()
        for drawing in re.findall(r"<svg[^>]*>(.*)</svg>", icon, re.DOTALL)
    )
    return '<svg class="sprite" aria-hidden="true">' + "\n".join(symbols) + "</svg>\n"


def keep(name: str, data: bytes, folder: Path = VENDOR) -> None:
    """Write one file."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
