"""``ohdio sources``."""

from __future__ import annotations

from ohdio.cli.options import AsJson
from ohdio.cli.output import print_json, print_line


def sources(*, as_json: AsJson = False) -> None:
    """Say what can be collected, with links to try: `ohdio preview`, `ohdio add` and `ohdio get` take them."""
    from ohdio_core.sources.registry import SOURCES

    if as_json:
        items = [{"name": each.name, "label": each.label, "examples": list(each.examples)} for each in SOURCES]
        print_json({"items": items})
        return
    for source in SOURCES:
        print_line(source.label)
        for example in source.examples:
            print_line(f"  {example}")
