"""``ohdio limit``."""

from __future__ import annotations

from typing import Annotated

import typer

from ohdio.cli.connection import connected
from ohdio.cli.options import Api, AsJson, Data
from ohdio.cli.output import print_json, print_line
from ohdio.cli.whole_number import up_to

_MOST = 256  # what the API takes


def limit(
    count: Annotated[
        int | None, typer.Argument(metavar="N", parser=up_to(_MOST), help="How many may download at once, up to 256.")
    ] = None,
    *,
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show, or set, how many books are downloaded at once; it holds at once, and for the next start too."""
    with connected(api, data) as client:
        if count is None:
            stats = client.get("queue/stats")
            view = {name: stats[name] for name in ("max_concurrent_downloads", "downloader_threads")}
        else:
            view = client.order("PUT", "queue/limit", {"max_concurrent_downloads": count})
    if as_json:
        print_json(view)
        return
    print_line(f"At most {view['max_concurrent_downloads']} at once.")
    if view.get("explanation"):
        print_line(view["explanation"])
