"""The page of one book."""

from __future__ import annotations

from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from ohdio_api.paging import RowId
from ohdio_api.problems import Refusal
from ohdio_api.queue.service import QueueService
from ohdio_api.web.book.shown import show_whole_book
from ohdio_api.web.forms import Fields, after, done, refused
from ohdio_api.web.pages import see_other
from ohdio_api.web.parts.act import show_act
from ohdio_api.web.parts.place import places_of
from ohdio_api.web.parts.row import RowView, show_row
from ohdio_api.web.player.timeline import lay_out
from ohdio_api.web.player.told import tell_player
from ohdio_api.web.reader import reader_of
from ohdio_api.web.services import Audiobooks, BookShelf, Positions, Queue, TheHistory, TheListener, ThePages
from ohdio_api.web.words import Words
from ohdio_core.domain.book_form import BookForm
from ohdio_core.domain.queue import WorkStatus
from ohdio_core.schemas.audiobooks import AudiobookDetail

_MOST_ACTS = 20

router = APIRouter(prefix="/books/{audiobook_id}", include_in_schema=False)


@router.get("")
def show_book_page(
    *,
    request: Request,
    pages: ThePages,
    audiobooks: Audiobooks,
    shelf: BookShelf,
    positions: Positions,
    listener: TheListener,
    history: TheHistory,
    queue: Queue,
    audiobook_id: RowId,
) -> HTMLResponse:
    """Return everything that is known of a book."""
    words = reader_of(request).words
    book, joined = audiobooks.get(audiobook_id), shelf.joined(audiobook_id)
    timeline = lay_out(book, joined, words)
    return pages.render(
        request,
        "book/page.html",
        book=show_whole_book(book, timeline, _row(book, queue, words), audiobooks.library.location, words),
        acts=[show_act(act, words) for act in history.of_book(audiobook_id, _MOST_ACTS)],
        sound=tell_player(book, timeline, positions.get(audiobook_id, listener), is_one=joined is not None),
    )


def _row(book: AudiobookDetail, queue: QueueService, words: Words) -> RowView | None:
    """Return the row of a book that is to arrive, be that for the first time or again."""
    if book.queue_item_id is None or book.status is WorkStatus.COMPLETED:
        return None
    items = queue.items([book.queue_item_id])
    places = places_of(queue) if book.status is WorkStatus.QUEUED else {}
    return next((show_row(item, words, places) for item in items if item.status is not WorkStatus.COMPLETED), None)


@router.post("/fetch")
def fetch_again(request: Request, fields: Fields, audiobooks: Audiobooks, audiobook_id: RowId) -> Response:
    """Download a book again; its files stay until the new ones are there."""
    audiobooks.download_again(audiobook_id)
    said = reader_of(request).words.gettext("It is downloaded again; its files stay until the new ones are there.")
    return after(request, fields, done(said))


@router.post("/convert")
def convert_book(request: Request, fields: Fields, audiobooks: Audiobooks, audiobook_id: RowId) -> Response:
    """Make one file of a book; its files stay until that is there."""
    words = reader_of(request).words
    try:
        audiobooks.convert(audiobook_id, BookForm.MP3 if fields("book_form") == BookForm.MP3 else BookForm.M4B)
    except Refusal as refusal:
        return after(request, fields, refused(words.translated(refusal.sentence)))
    said = words.gettext("It is converted; its files stay until the new one is there, and go to the trash then.")
    return after(request, fields, done(said))


@router.post("/delete")
def delete_book(request: Request, audiobooks: Audiobooks, audiobook_id: RowId) -> Response:
    """Delete a book: what is in the library goes to the trash."""
    words, removal = reader_of(request).words, uuid4()
    book = audiobooks.get(audiobook_id)
    named = {"title": book.title or book.url}
    audiobooks.delete(audiobook_id, removal)
    if book.library_path is None:
        return see_other(request, "/library", done(words.gettext("%(title)s is deleted.") % named))
    said = words.gettext("%(title)s is in the trash, for seven days.")
    return see_other(request, "/library", done(said % named, removal, of="trash"))
