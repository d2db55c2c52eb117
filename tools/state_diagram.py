"""Draw the diagram of states in docs/architecture.md from the engine's transitions; with --check, compare it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from ohdio_core.work.transitions import moves

_PAGE = Path(__file__).parents[1] / "docs" / "architecture.md"
_DIAGRAM = re.compile(r"(?<=```mermaid\nstateDiagram-v2\n).*?(?=```)", re.DOTALL)


def diagram() -> str:
    """Return the lines of the diagram: one for each change of a status, with the names of its transitions."""
    lines = ["    [*] --> queued"]
    lines += [f"    {before} --> {after} : {', '.join(names)}" for (before, after), names in moves().items()]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the page, or return 1 when it differs from what would be written."""
    text = _PAGE.read_text(encoding="utf-8")
    drawn = _DIAGRAM.sub(diagram(), text)
    if "--check" not in sys.argv:
        _PAGE.write_text(drawn, encoding="utf-8")
    elif drawn != text:
        sys.stderr.write(f"{_PAGE.name} is not what `make docs` draws.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
