"""``ohdio limit``."""

from __future__ import annotations

from typing import Annotated

import typer

from ohdio_client.cli.connection import connected
from ohdio_client.cli.options import Api, AsJson, Data
from ohdio_client.cli.output import print_json, print_line
from ohdio_client.cli.whole_number import up_to
from ohdio_client.language import translated_text

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
    from ohdio_core.schemas.queue import LimitView

    with connected(api, data) as client:
        if count is None:
            stats = client.queue.stats()
            view = LimitView(
                max_concurrent_downloads=stats.max_concurrent_downloads,
                downloader_threads=stats.downloader_threads,
                explanation=None,  # only an order is explained
                explanation_message=None,
            )
        else:
            view = client.queue.set_limit(count)
    if as_json:
        print_json(view)
        return
    print_line(f"At most {view.max_concurrent_downloads} at once.")
    if view.explanation:
        print_line(translated_text(view.explanation, view.explanation_message))
