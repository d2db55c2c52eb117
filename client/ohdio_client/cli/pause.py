"""``ohdio pause`` and ``ohdio resume``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from ohdio_client.cli.connection import connected
from ohdio_client.cli.item_order import by_verb, numbers_meant, order_items
from ohdio_client.cli.matching import Book, Scope
from ohdio_client.cli.options import Api, AsJson, Books, Data
from ohdio_client.cli.output import books, print_json, print_line
from ohdio_client.language import in_one_language, sentence_of
from ohdio_core.sentences import Sentence, sentence

if TYPE_CHECKING:
    from ohdio_client.api.client import Client
    from ohdio_core.schemas.queue import QueueItemView

ALL_PAUSED = "All downloads are paused: `ohdio resume` lets them go on."
_RUNNABLE = Scope(
    sentence("matching.none_runnable", "no such book waits or is being downloaded."),
    frozenset({"queued", "processing"}),
)
_RESUMABLE = Scope(
    sentence("matching.none_resumable", "no such book is paused, or waits for the download hours."),
    frozenset({"paused", "queued"}),
    fits=lambda item: item.status == "paused" or item.is_outside_hours,
)


def pause(wanted: Books = None, *, api: Api = None, data: Data = None, as_json: AsJson = False) -> None:
    """Pause these books, or all downloads; they keep what they have."""
    with connected(api, data) as client:
        if wanted:
            numbers = numbers_meant(client, wanted, _RUNNABLE)
            order_items(_pausing(client), "Paused", numbers, as_json=as_json)
            return
        answer = client.queue.pause()
    if as_json:
        print_json(answer)
    else:
        print_line(ALL_PAUSED)


def resume(wanted: Books = None, *, api: Api = None, data: Data = None, as_json: AsJson = False) -> None:
    """Resume these books, or all downloads, where they stopped: also books that were paused by number.

    Those that wait for room or for the download hours go on only if they are named: then all the same.
    """
    with connected(api, data) as client:
        if wanted:
            numbers = numbers_meant(client, wanted, _RESUMABLE)
            order_items(by_verb(client, "resume"), "Resumed", numbers, as_json=as_json)
            return
        changed = _resume_each(client)
        answer = client.queue.resume()
    if as_json:
        print_json({"is_paused": answer.is_paused, "changed": changed})
    else:
        also = f", also {books(changed)} paused by number" if changed else ""
        print_line(f"Downloads go on{also}.")


def _pausing(client: Client) -> Callable[[int], Book]:
    """Return the order to pause an item; one that is being downloaded is still so, and ends within a moment."""
    pausing = by_verb(client, "pause")

    def order(number: int) -> Book:
        book = pausing(number)
        return replace(book, status="stops now") if book.status == "processing" else book

    return order


def why_paused(item: QueueItemView) -> str:
    """Return why an item that is paused by itself is not complete."""
    return in_one_language(pause_said(item))


def pause_said(item: QueueItemView) -> Sentence:
    """Return the same as a sentence."""
    if not item.is_held:
        return sentence("book.paused_by_you", "You paused it: `ohdio resume {id}` lets it go on.", id=item.id)
    return sentence(
        "book.held",
        "waiting: {reason} (`ohdio resume {id}` collects it anyway)",
        reason=sentence_of(item.wait_reason, item.wait_message) or "?",
        id=item.id,
    )


def _resume_each(client: Client) -> int:
    """Resume every item that a person paused by itself; return how many."""
    # One that runs may have been asked to pause, and not have stopped yet.
    ids = [item.id for status in ("processing", "paused") for item in client.queue.items(status) if not item.is_held]
    return client.queue.order_all(ids, "resume")
