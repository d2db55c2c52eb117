"""What the demonstration says."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from pathlib import Path


def say(line: str) -> None:
    """Print a line, before anything that follows it."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def tree(directory: Path, indent: str = "") -> Iterator[str]:
    """Draw what a directory holds, hidden files left out, with the size of each file."""
    entries = sorted(entry for entry in directory.iterdir() if not entry.name.startswith("."))
    for entry in entries:
        is_last = entry is entries[-1]
        size = "" if entry.is_dir() else f"  {math.ceil(entry.stat().st_size / 1000)} kB"
        yield f"{indent}{'└── ' if is_last else '├── '}{entry.name}{size}"
        if entry.is_dir():
            yield from tree(entry, indent + ("    " if is_last else "│   "))
