"""``ohdio limit``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ohdio_client.cli.bad_argument import BadArgument
from ohdio_client.cli.connection import connected
from ohdio_client.cli.one_book import one_matching
from ohdio_client.cli.options import Api, AsJson, Data
from ohdio_client.cli.output import print_json, print_line
from ohdio_client.cli.speed import ANY, speed, spoken
from ohdio_client.cli.whole_number import up_to
from ohdio_client.errors import BadInput
from ohdio_client.language import translated_text
from ohdio_core.sentences import sentence

if TYPE_CHECKING:
    from ohdio_client.api.client import Client
    from ohdio_core.schemas.queue import LimitView

_MOST = 256  # what the API takes
_SETTING = "speed_limit_kb"


def limit(
    count: Annotated[
        int | None, typer.Argument(metavar="N", parser=up_to(_MOST), help="How many may download at once, up to 256.")
    ] = None,
    *,
    fastest: Annotated[
        int | None,
        typer.Option(
            "--speed",
            metavar="SPEED",
            parser=speed,
            help="How fast all downloads together may be, a second: 500kB, 2.5MB, or any.",
        ),
    ] = None,
    book: Annotated[
        str | None,
        typer.Option(
            "--book", metavar="BOOK", help="This book alone: its number in `ohdio queue`, link, or words of its title."
        ),
    ] = None,
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show, or set, how many books are downloaded at once, and how fast; it holds at once, and for later starts."""
    if book is not None and (fastest is None or count is not None):
        raise BadArgument(sentence("limit.book", "--book goes with --speed alone: how fast that book may come."))
    with connected(api, data) as client:
        if book is not None and fastest is not None:
            _limit_book(client, book, fastest, as_json=as_json)
            return
        if fastest == ANY:
            client.settings.reset(_SETTING)
        elif fastest is not None:
            client.settings.change(_SETTING, str(fastest))
        view = _shown(client) if count is None else client.queue.set_limit(count)
        of_all = next((each.value for each in client.settings.every() if each.name == _SETTING), None)
    if as_json:
        print_json({**view.model_dump(mode="json"), _SETTING: of_all})
        return
    print_line(
        f"At most {view.max_concurrent_downloads} at once, {spoken(of_all if isinstance(of_all, int) else None)}."
    )
    if view.explanation:
        print_line(translated_text(view.explanation, view.explanation_message))


def _shown(client: Client) -> LimitView:
    """Return how many may download at once; only an order is explained."""
    from ohdio_core.schemas.queue import LimitView

    stats = client.queue.stats()
    return LimitView(
        max_concurrent_downloads=stats.max_concurrent_downloads,
        downloader_threads=stats.downloader_threads,
        explanation=None,
        explanation_message=None,
    )


def _limit_book(client: Client, wanted: str, fastest: int, *, as_json: bool) -> None:
    item = client.books.get(one_matching(client, [wanted]).id).queue_item_id
    if item is None:
        raise BadInput(sentence("limit.not_in_queue", "This book is not in the queue, so nothing of it comes."))
    view = client.queue.set_speed(item, fastest or None)
    if as_json:
        print_json(view)
    else:
        print_line(f"{view.audiobook.title or view.audiobook.url}: {spoken(view.speed_limit_kb)}.")
