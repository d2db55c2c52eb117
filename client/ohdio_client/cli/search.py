"""``ohdio search``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ohdio_client.cli.connection import connected
from ohdio_client.cli.options import Api, AsJson, Data
from ohdio_client.cli.output import print_error, print_json, print_line
from ohdio_client.cli.table import print_table
from ohdio_client.cli.whole_number import up_to
from ohdio_client.cli.words import words
from ohdio_client.language import sentence_of, translated
from ohdio_core.sentences import sentence, together

if TYPE_CHECKING:
    from ohdio_core.schemas.catalogues import Hit, SearchResults

_MOST = 50  # what the API takes
_NOBODY_ANSWERED = 1  # exit code
_NONE_SEARCHED = sentence("search.none_searched", "None of the catalogues could be searched.")


def search(
    sought: Annotated[list[str], typer.Argument(metavar="WORDS", help="What to look for: titles, authors.")],
    *,
    most: Annotated[
        int, typer.Option("--limit", metavar="N", parser=up_to(_MOST), help="How many of each catalogue at most.")
    ] = 10,
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Search the catalogues of the sites that can be searched; `ohdio add` takes the links that it prints."""
    asked = words(" ".join(sought))
    with connected(api, data) as client:
        found = client.links.search(asked, most)
    if as_json:
        print_json(found)
    else:
        _show(found)
    if not found.answered:
        raise SystemExit(_NOBODY_ANSWERED)


def _show(found: SearchResults) -> None:
    if found.items:
        print_table(("title", "author", "what", "link"), map(_row, found.items))
    elif found.answered:
        print_line(f"Nothing was found in {', '.join(found.answered)}.")
    else:
        print_error(translated(_NONE_SEARCHED))
    for silent in found.failed:
        said = sentence("search.not_searched", "{source} was not searched.", source=silent.source)
        why = sentence_of(silent.detail, silent.detail_message)
        print_error(translated(said if why is None else together(said, why)))


def _row(hit: Hit) -> tuple[str, ...]:
    what = hit.note or ("book" if hit.kind == "audiobook" else "list")
    return hit.title, ", ".join(hit.authors), f"{what} (known)" if hit.is_known else what, hit.url
