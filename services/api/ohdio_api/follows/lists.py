"""Subscription lists: following all that one names, and giving out what is followed as one."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from urllib.parse import urlsplit

from lxml import etree

from ohdio_api.follows.service import FollowService
from ohdio_api.imports.document import links_of
from ohdio_api.previews.service import PreviewService
from ohdio_api.problems import Refusal
from ohdio_core.control_characters import without_controls
from ohdio_core.domain.shown_link import shown_link
from ohdio_core.domain.typed_link import complete_link
from ohdio_core.schemas.filters import FilterOrder
from ohdio_core.schemas.follows import FollowedLink, FollowedState, FollowImport, FollowOrder, FollowView, ListPreview
from ohdio_core.schemas.previews import PreviewOrder, PreviewState
from ohdio_core.schemas.sentences import SentenceView

MEDIA_TYPE = "text/x-opml"
_PATIENCE = 20.0  # seconds


def follow_all(follows: FollowService, order: FollowImport) -> list[FollowedLink]:
    """Follow each link of a document; return what became of it, in the document's order.

    Each is written down by itself: what cannot be followed keeps no other from being.

    Raises:
        Refusal: The document names no link, or too many, or is none.
    """
    wishes = order.model_dump(exclude={"document"}, exclude_unset=True)
    return [_follow(follows, url, FollowOrder(url=url, **wishes)) for url in links_of(order.document)]


def look_at_all(previews: PreviewService, order: FollowImport, disk_free_bytes: int | None) -> ListPreview:
    """Return what following each link of a document would add at once, as far as can be read in the time for it.

    Raises:
        Refusal: The document names no link, or too many, or is none.
    """
    links = links_of(order.document)
    if order.take == "new":
        return ListPreview(
            links=len(links), looked_at=len(links), books=0, bytes=0, is_whole=True, disk_free_bytes=disk_free_bytes
        )
    if order.is_private:  # secrets are sent where they are kept encrypted, and nowhere else
        return ListPreview(
            links=len(links), looked_at=0, books=0, bytes=0, is_whole=False, disk_free_bytes=disk_free_bytes
        )
    filters = {**order.filters.model_dump(exclude_unset=True), "newest": _most(order)}
    day = order.take if isinstance(order.take, date) else None
    until = time.monotonic() + _PATIENCE
    looked_at = books = size = 0
    is_whole = True
    for url in links:
        if time.monotonic() > until:
            is_whole = False
            break
        looked_at += 1
        try:
            seen = previews.preview(PreviewOrder(url=url, filters=FilterOrder.model_validate(filters)), from_day=day)
        except Refusal:
            continue  # it is told once it is to be followed
        books += seen.new
        size += sum(book.size_bytes or 0 for book in seen.books if book.state is PreviewState.NEW)
        is_whole = is_whole and seen.is_whole
    return ListPreview(
        links=len(links),
        looked_at=looked_at,
        books=books,
        bytes=size,
        is_whole=is_whole,
        disk_free_bytes=disk_free_bytes,
    )


def _most(order: FollowImport) -> int | None:
    """Return how many books are taken of each listing, at most."""
    bounds = [order.take if isinstance(order.take, int) else None, order.most_per_check, order.keep_newest]
    return min((bound for bound in bounds if bound is not None), default=None)


def _follow(follows: FollowService, url: str, order: FollowOrder) -> FollowedLink:
    try:
        view, is_new = follows.add(order)
    except Refusal as refusal:
        return FollowedLink(
            url=_host(url) if order.is_private else shown_link(url),
            state=FollowedState.REFUSED,
            id=None,
            detail=refusal.sentence.text,
            detail_message=SentenceView.of(refusal.sentence),
        )
    state = FollowedState.FOLLOWED if is_new else FollowedState.KNOWN
    return FollowedLink(url=view.url, state=state, id=view.id, detail=None, detail_message=None)


def _host(url: str) -> str:
    """Return as much of a secret link as may be shown."""
    with suppress(ValueError):
        return f"{urlsplit(complete_link(url)).hostname or ''}/…"
    return "…"


def opml_of(follows: Iterable[FollowView]) -> bytes:
    """Return follows as a subscription list, as podcast apps read it."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "ohdio"
    body = etree.SubElement(root, "body")
    for follow in follows:
        if follow.is_private:
            continue  # its link is nobody's to read
        link = without_controls(follow.address or follow.url)
        title = without_controls(follow.title or link)
        etree.SubElement(body, "outline", type="rss", text=title, title=title, xmlUrl=link)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
