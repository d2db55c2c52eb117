"""What the demonstration says."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from pathlib import Path

from ohdio_client.cli.output import print_line


def say(text: str) -> None:
    """Print a text, before anything that follows it; on a terminal its lines end between words."""
    print_line(text)


def show(text: str) -> None:
    """Print a text as it is, to be copied, before anything that follows it."""
    sys.stdout.write(f"{text}\n")
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
