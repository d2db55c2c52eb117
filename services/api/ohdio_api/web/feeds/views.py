"""Listening feeds, and making and revoking them. An address is shown once, in the answer to the form that made it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup
from pydantic import ValidationError
from starlette.responses import Response

from ohdio_api.authentication import Caller, caller_of
from ohdio_api.listening_feeds.service import FeedService
from ohdio_api.paging import RowId
from ohdio_api.problems import Refusal
from ohdio_api.provide import given
from ohdio_api.public_address import PublicAddress
from ohdio_api.web.feeds.drawn import drawn
from ohdio_api.web.forms import Fields, FormFields, after, done, refused
from ohdio_api.web.known import known_or
from ohdio_api.web.reader import reader_of
from ohdio_api.web.services import ThePages
from ohdio_api.web.words import Words
from ohdio_core.domain.feed_scope import FeedScope
from ohdio_core.domain.role import Role
from ohdio_core.loopback import is_loopback
from ohdio_core.schemas.body import WITHOUT_NUL
from ohdio_core.schemas.listening_feeds import FeedOrder, FeedView

router = APIRouter(prefix="/feeds", include_in_schema=False)

ListeningFeeds = Annotated[FeedService, Depends(given(FeedService))]
Whoever = Annotated[Caller, Depends(caller_of)]
_Text = Annotated[str | None, Query(max_length=500, pattern=WITHOUT_NUL)]


class ShownFeed(NamedTuple):
    """A listening feed."""

    id: int
    title: str
    facts: list[str]


class MadeAddress(NamedTuple):
    """The address of a feed that has just been made."""

    title: str
    text: str
    catalogue: str  #: the address of the same as a catalogue
    code: Markup  #: a QR code of it
    is_of_this_machine: bool  #: no phone reaches it


@router.get("")
def show_feeds(
    *,
    request: Request,
    pages: ThePages,
    feeds: ListeningFeeds,
    caller: Whoever,
    scope: Annotated[FeedScope, known_or(FeedScope.LIBRARY)] = FeedScope.LIBRARY,
    about: _Text = None,
    title: _Text = None,
) -> HTMLResponse:
    """Return the feeds that there are, with a form for another one: of the whole library, or as a link here says."""
    words = reader_of(request).words
    return pages.render(
        request,
        "feeds/page.html",
        feeds=[_shown(each, words, caller) for each in feeds.all(caller)],
        wanted=FeedOrder(scope=scope, about=about),
        of=_kind(scope, title or about, words),
        made=None,
    )


@router.post("")
def make_feed(
    *,
    request: Request,
    fields: Fields,
    pages: ThePages,
    feeds: ListeningFeeds,
    caller: Whoever,
    address: Annotated[PublicAddress, Depends(given(PublicAddress))],
) -> Response:
    """Make a feed, and return the page with its address."""
    words = reader_of(request).words
    try:
        made = feeds.make(_order(fields), caller, address.base_of(request))
    except Refusal as refusal:
        return after(request, fields, refused(words.translated(refusal.sentence)))
    except ValidationError:
        return after(request, fields, refused(words.gettext("There is nothing of this in the library to hear.")))
    return pages.render(
        request,
        "feeds/page.html",
        status=HTTPStatus.CREATED,
        feeds=[_shown(each, words, caller) for each in feeds.all(caller)],
        wanted=FeedOrder.model_validate({}),
        of=_kind(FeedScope.LIBRARY, None, words),
        made=MadeAddress(
            _kind(made.scope, made.title, words),
            made.address,
            made.catalogue,
            drawn(made.address),
            address.url is None and is_loopback(request.url.hostname or ""),
        ),
    )


@router.post("/{feed_id}/revoke")
def revoke_feed(request: Request, fields: Fields, feeds: ListeningFeeds, caller: Whoever, feed_id: RowId) -> Response:
    """Revoke a feed."""
    words = reader_of(request).words
    try:
        feeds.revoke(feed_id, caller)
    except Refusal as refusal:
        return after(request, fields, refused(words.translated(refusal.sentence)))
    return after(request, fields, done(words.gettext("Revoked: apps that have this address hear nothing more by it.")))


def _order(fields: FormFields) -> FeedOrder:
    return FeedOrder.model_validate(
        {"scope": fields("scope") or FeedScope.LIBRARY, "about": fields.verbatim("about") or None}
    )


def _shown(feed: FeedView, words: Words, caller: Caller) -> ShownFeed:
    _ = words.gettext
    facts = [_("made on %(day)s") % {"day": words.day(feed.made_at)}]
    if feed.used_at is None:
        facts.append(_("no app has asked for it yet"))
    else:
        facts.append(_("used on %(day)s") % {"day": words.day(feed.used_at)})
    if caller.role is Role.MANAGER and feed.listener.name:
        facts.append(feed.listener.name)
    return ShownFeed(feed.id, _kind(feed.scope, feed.title, words), facts)


def _kind(scope: FeedScope, title: str | None, words: Words) -> str:
    """Return of what a feed is."""
    _ = words.gettext
    name = title or ""
    return {
        FeedScope.LIBRARY: _("The whole library"),
        FeedScope.AUTHOR: _("Everything by %(name)s") % {"name": name},
        FeedScope.SERIES: _("The series %(name)s") % {"name": name},
        FeedScope.BOOK: _("The book %(name)s") % {"name": name},
        FeedScope.FOLLOW: _("What is followed: %(name)s") % {"name": name},
    }[scope]
