"""``ohdio repair``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ohdio_client.cli.connection import connected
from ohdio_client.cli.options import Api, AsJson, Data
from ohdio_client.cli.output import print_json, print_line
from ohdio_client.language import in_one_language, sentence_of
from ohdio_core.sentences import Sentence, about, sentence, together

if TYPE_CHECKING:
    from ohdio_core.schemas.repairs import MisplacedLink


def repair(
    *,
    is_meant: Annotated[bool, typer.Option("--yes", help="Do it; without this it is only shown.")] = False,
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Find links of categories that were once stored as books, and scan them instead."""
    with connected(api, data) as client:
        found = client.books.repairs(is_meant=is_meant)
    if as_json:
        print_json(found)
        return
    for item in found.items:
        print_line(_line(item, is_done=is_meant))
    count = sum(item.action == "scan" for item in found.items)
    if not count:
        print_line("There is nothing to repair.")
    elif not is_meant:
        print_line(f"{count} to repair; `ohdio repair --yes` does it.")


def _line(item: MisplacedLink, *, is_done: bool) -> str:
    return in_one_language(about(item.url, _becomes(item, is_done=is_done)))


def _becomes(item: MisplacedLink, *, is_done: bool) -> Sentence:
    if item.action == "keep":
        alone = sentence("repair.left_alone", "left alone.")
        why = sentence_of(item.detail, item.detail_message)
        return alone if why is None else together(alone, why)
    if is_done:
        return sentence("repair.is_scanned", "is scanned as a list of books.")
    return sentence("repair.would_be_scanned", "would be scanned as a list of books.")
