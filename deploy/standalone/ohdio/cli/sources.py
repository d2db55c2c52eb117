"""``ohdio sources``."""

from __future__ import annotations

import re

from ohdio_client.cli.options import READY_EXAMPLE, AsJson
from ohdio_client.cli.output import print_json, print_line

#: A host that nobody has (RFC 2606): the link shows a form, and cannot be tried.
_INVENTED = re.compile(r"//[^/]*\.example/")


def sources(*, as_json: AsJson = False) -> None:
    """List what can be collected: what kinds of links `ohdio preview`, `ohdio add` and `ohdio get` take."""
    from ohdio_core.sources.registry import SOURCES

    if as_json:
        items = [{"name": each.name, "label": each.label.text, "examples": list(each.examples)} for each in SOURCES]
        print_json({"items": items})
        return
    for source in SOURCES:
        print_line(source.label.text)
        for example in source.examples:
            print_line(f"  {_INVENTED.sub('//…/', example)}")
    print_line("To try it, with two of OHdio's audiobooks for the young:")
    print_line(f"  ohdio get --newest 2 {READY_EXAMPLE}")
