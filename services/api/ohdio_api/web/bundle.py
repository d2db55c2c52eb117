"""The scripts of pages as one: one request in the place of many, and what they have in common is compressed once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from graphlib import TopologicalSorter
from posixpath import dirname, join, normpath

#: As our scripts write them: each in a line of its own.
_IMPORT = re.compile(r'^import (?:(\{.*\}|\* as \w+) from )?"(.+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?function|const) (\w+)", re.MULTILINE)
_OTHERS = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def bundled(modules: Mapping[str, str]) -> str:
    """Return modules as one that does the same: each in a scope of its own, after those that it imports.

    Args:
        modules: Their texts, by their paths.

    Raises:
        ValueError: One imports or exports in another way than ours do, or in a circle.
    """
    imports = {path: [_path(path, found[2]) for found in _IMPORT.finditer(text)] for path, text in modules.items()}
    order = list(TopologicalSorter(imports).static_order())
    names = {path: f"m{number}" for number, path in enumerate(order)}
    return "".join(_scope(path, modules[path], names) for path in order)


def _scope(path: str, text: str, names: Mapping[str, str]) -> str:
    exported = ", ".join(found[2] for found in _EXPORT.finditer(text))
    text = _IMPORT.sub(lambda found: _taken(found[1], names[_path(path, found[2])]), _EXPORT.sub(r"\1 \2", text))
    if (other := _OTHERS.search(text)) is not None:
        raise ValueError(f"{path} has a line that cannot be bundled: {other[0]}")
    return f"const {names[path]} = (() => {{\n{text}return {{ {exported} }};\n}})();\n"


def _taken(what: str | None, module: str) -> str:
    """Return what stands for an import."""
    return "" if what is None else f"const {what.removeprefix('* as ')} = {module};"


def _path(path: str, imported: str) -> str:
    return normpath(join(dirname(path), imported))
