"""What podcast apps ask for: a feed and what it has, below an address with a secret, which is all that they need.

The secret opens these paths and no others, and only what its feed has. Wrong ones are counted as wrong passwords are;
a right one never waits for that. It stands in no log: none of ours has paths in it.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Generator, Iterator
from email.utils import formatdate, parsedate_to_datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse, StreamingResponse

from ohdio_api.audiobooks.files import is_known, serve_file
from ohdio_api.audiobooks.service import missing_book
from ohdio_api.audiobooks.shelf import Shelf
from ohdio_api.authentication.throttle import Throttle, sender_of, too_many
from ohdio_api.listening_feeds.books import FeedBooks, FoundFeed
from ohdio_api.listening_feeds.rss import CHAPTERS_TYPE, MEDIA_TYPE, HeardChannel, chapter_list, write_feed
from ohdio_api.paging import RowId
from ohdio_api.problems import Refusal
from ohdio_api.provide import given
from ohdio_api.public_address import PublicAddress
from ohdio_core.domain.feed_scope import FeedScope
from ohdio_core.sentences import sentence

router = APIRouter(prefix="/podcast/{secret}", include_in_schema=False)

BookShelf = Annotated[Shelf, Depends(given(Shelf))]
Books = Annotated[FeedBooks, Depends(given(FeedBooks))]
Address = Annotated[PublicAddress, Depends(given(PublicAddress))]

#: Stands where no cover is. Any fingerprint does, as of a page of an earlier version.
_OUR_PICTURE = "/assets/0/shell/icon-512.png"
_PIECE = 64 * 1024  # bytes; small pieces cost a system call each


def heard_feed(
    request: Request,
    books: Books,
    throttle: Annotated[Throttle, Depends(given(Throttle))],
    secret: Annotated[str, Path(max_length=200)],
) -> FoundFeed:
    """Return the feed of the secret in an address.

    Raises:
        Refusal: It was revoked (410), there is none (404), or there was none too often (429).
    """
    feed = books.find(secret)
    if feed is None:
        if wait := throttle.begin("listening feed", sender_of(request)):
            raise Refusal(HTTPStatus.TOO_MANY_REQUESTS, too_many(wait), headers={"Retry-After": str(wait)})
        raise Refusal(
            HTTPStatus.NOT_FOUND,
            sentence("listening_feed.unknown", "This is no address of a listening feed; make a new one."),
        )
    if feed.is_revoked:
        raise Refusal(
            HTTPStatus.GONE,
            sentence("listening_feed.revoked", "This listening feed was revoked; a new one has a new address."),
        )
    return feed


Heard = Annotated[FoundFeed, Depends(heard_feed)]


def heard_book(feed: Heard, books: Books, audiobook_id: RowId) -> int:
    """Return the id of a book of the feed.

    Raises:
        Refusal: The feed has none of this id.
    """
    if not books.has(feed, audiobook_id):
        raise missing_book(audiobook_id)
    return audiobook_id


HeardBook = Annotated[int, Depends(heard_book)]


@router.api_route("/feed.xml", methods=["GET", "HEAD"])
def read_feed(request: Request, feed: Heard, books: Books, address: Address, secret: str) -> Response:
    """Send a feed, or say that it is as the app has it; it is made while it is sent."""
    state = books.state(feed)
    base = address.base_of(request)
    # What it says depends on the name by which it was asked for, too.
    etag = f'W/"{hashlib.sha256(f"{base} {state.fingerprint}".encode()).hexdigest()[:32]}"'
    headers = {
        "ETag": etag,
        "Last-Modified": formatdate(state.changed_at.timestamp(), usegmt=True),
        "Cache-Control": "private, no-cache",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
    }
    if _has_it(request, etag.removeprefix("W/"), state.changed_at.timestamp()):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    if request.method == "HEAD":
        return Response(headers=headers, media_type=MEDIA_TYPE)
    channel = HeardChannel(
        scope=feed.scope,
        title=feed.title or "ohdio",
        root=f"{base}/podcast/{secret}",
        page=f"{base}/books/{feed.value}" if feed.scope is FeedScope.BOOK else f"{base}/library",
        picture=base + _OUR_PICTURE,
        changed_at=state.changed_at,
    )
    pieces = _pieces(write_feed(channel, books.books(state.ids)))
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        pieces = _compressed(pieces)
    return StreamingResponse(pieces, headers=headers, media_type=MEDIA_TYPE)


@router.api_route("/audio/{audiobook_id}/{name}", methods=["GET", "HEAD"])
def play_episode(
    request: Request, shelf: BookShelf, book: HeardBook, name: Annotated[str, Path(pattern=r"^[1-9]\d{0,5}\.\w{2,5}$")]
) -> Response:
    """Send a part of a book; its name is its number, and the suffix that the file has."""
    return serve_file(request, shelf.library, shelf.audio(book, int(name.partition(".")[0])))


@router.api_route("/covers/{audiobook_id}.jpg", methods=["GET", "HEAD"])
def show_picture(request: Request, shelf: BookShelf, address: Address, book: HeardBook) -> Response:
    """Send the cover of a book as it is in the library, else our own picture; never its address at its source."""
    try:
        cover = shelf.cover(book)
    except Refusal:
        cover = ""
    if isinstance(cover, str):
        return RedirectResponse(address.base_of(request) + _OUR_PICTURE)
    return serve_file(request, shelf.library, cover)


@router.api_route("/chapters/{audiobook_id}/{part}.json", methods=["GET", "HEAD"])
def list_chapters(books: Books, book: HeardBook, part: Annotated[int, Path(ge=1, le=100_000)]) -> Response:
    """Send the chapters of a part."""
    headers = {"Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"}
    return JSONResponse(chapter_list(books.chapters(book, part)), headers=headers, media_type=CHAPTERS_TYPE)


def _has_it(request: Request, etag: str, changed_at: float) -> bool:
    """Return whether the app has a feed as it is; what it says of versions counts before what it says of times."""
    if "if-none-match" in request.headers:
        return is_known(request, etag)
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
        return int(changed_at) <= since.timestamp()
    except (ValueError, OverflowError):
        return False


def _pieces(text: Iterator[str]) -> Generator[bytes]:
    """Yield text in pieces that are worth sending."""
    kept: list[str] = []
    size = 0
    for each in text:
        kept.append(each)
        size += len(each)
        if size >= _PIECE:
            yield "".join(kept).encode()
            kept, size = [], 0
    yield "".join(kept).encode()


def _compressed(pieces: Iterator[bytes]) -> Generator[bytes]:
    packer = zlib.compressobj(4, wbits=31)
    for piece in pieces:
        yield packer.compress(piece)
    yield packer.flush()
