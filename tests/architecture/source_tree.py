"""The project's Python files and what they import, read without running them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: The folder of each distribution, relative to the root, and its package.
DISTRIBUTIONS = {
    "shared": "ohdio_core",
    "client": "ohdio_client",
    "services/scraper": "ohdio_scraper",
    "services/metadata": "ohdio_metadata",
    "services/downloader": "ohdio_downloader",
    "services/api": "ohdio_api",
    "deploy/standalone": "ohdio",
}

#: The folders at the root that hold them.
SOURCES = ("shared", "client", "services", "deploy")


@dataclass(frozen=True)
class Module:
    """One Python file."""

    path: Path  #: relative to the root

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse((ROOT / self.path).read_text(encoding="utf-8"))

    @cached_property
    def imports(self) -> frozenset[str]:
        """The dotted name of every module that it imports from, and of every name that it imports from it."""
        found = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module is not None:
                found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        return frozenset(found)

    def imported_packages(self) -> set[str]:
        """The first part of every import."""
        return {name.partition(".")[0] for name in self.imports}


def modules(*folders: str) -> Iterator[Module]:
    """Yield the Python files under folders that are named relative to the root."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield _module(path.relative_to(ROOT))


@cache  # each is read once, and asked for by a dozen tests
def _module(path: Path) -> Module:
    return Module(path)


def statement_files() -> list[Path]:
    """Return the files of statements that lie beside modules, relative to the root (``ohdio_core.db.named_sql``)."""
    found = (path for folder in SOURCES for path in (ROOT / folder).rglob("*.sql"))
    # That one is written from the migrations, and nothing runs it.
    return sorted(path.relative_to(ROOT) for path in found if path.name != "schema.sql")
