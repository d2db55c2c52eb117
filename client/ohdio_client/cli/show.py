"""``ohdio show``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ohdio_client.cli.clock import moment_here
from ohdio_client.cli.connection import connected
from ohdio_client.cli.conversions import stands
from ohdio_client.cli.lines import lines_of_parts
from ohdio_client.cli.one_book import one_matching
from ohdio_client.cli.options import Api, AsJson, Data, OneBook
from ohdio_client.cli.output import length, print_facts, print_json, print_line, size
from ohdio_client.cli.queue import remark
from ohdio_client.cli.speed import spoken
from ohdio_client.language import in_one_language, translated_text
from ohdio_core.domain.book_form import BookForm
from ohdio_core.sentences import sentence

if TYPE_CHECKING:
    from ohdio_core.schemas.audiobooks import AudiobookDetail
    from ohdio_core.schemas.queue import QueueItemView


def show(
    wanted: OneBook,
    *,
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show one book: who wrote and reads it, its parts, where it is, and what it waits for or why it failed."""
    with connected(api, data) as client:
        one = one_matching(client, wanted)
        book = client.books.get(one.id)
        item = None if book.queue_item_id is None else client.queue.item(book.queue_item_id)
    if as_json:
        print_json({"audiobook": book, "item": item})
        return
    print_line(book.title or book.url)
    print_facts(_facts(book, item))
    print_line(*lines_of_parts(book.parts))


def _facts(book: AudiobookDetail, item: QueueItemView | None) -> Iterator[tuple[str, str | None]]:
    yield "author", ", ".join(book.authors)
    yield "read by", ", ".join(book.narrators)
    yield "translated by", ", ".join(book.translators)
    position = f", {book.series_position}" if book.series_position else ""
    yield "series", f"{book.series}{position}" if book.series else None
    when = str(book.published_on or book.published_year or "")
    yield "published", ", ".join(filter(None, (book.publisher, when)))
    yield "audience", book.audience
    yield "ISBN", book.isbn
    yield "ASIN", book.asin
    yield "language", book.language
    yield "length", length(book.duration_seconds)
    yield "link", book.url
    yield "folder", book.library_path
    yield "size", None if book.file_size is None else size(book.file_size)
    yield "note", translated_text(book.note, book.note_message)
    yield "state", book.status or "not in the queue"
    if book.conversion is not None:
        form = BookForm(book.conversion.form).said
        said = sentence("conversion.of_book", "to {form}: {stands}", form=form, stands=stands(book.conversion))
        yield "converted", in_one_language(said)
    if item is not None:
        yield from _place(item)


def _place(item: QueueItemView) -> Iterator[tuple[str, str | None]]:
    yield "number", str(item.id)
    yield "", remark(item)
    if item.status == "completed":
        return
    if item.bytes_done or item.bytes_total:
        parts = f", {item.parts_done} of {item.parts_total} parts" if item.parts_total else ""
        yield "fetched", f"{size(item.bytes_done)} of {size(item.bytes_total)}{parts}"
    if item.wait_reason and item.error:
        yield "last error", translated_text(item.error, item.error_message)
    yield "attempts", f"{item.attempts} of {item.max_attempts}"
    yield "next attempt", None if item.next_attempt_at is None else moment_here(item.next_attempt_at)
    yield "priority", str(item.priority)
    yield "no faster than", None if item.speed_limit_kb is None else spoken(item.speed_limit_kb)
