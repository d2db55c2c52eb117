"""The page of who is told of what becomes of books."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse
from pydantic import ValidationError
from starlette.responses import Response

from ohdio_api.invalid import in_a_form, wrong_fields
from ohdio_api.paging import RowId
from ohdio_api.problems import Refusal
from ohdio_api.provide import given
from ohdio_api.telling.channels import ChannelService
from ohdio_api.web.forms import Fields, FormFields, Notice, done, refused
from ohdio_api.web.pages import Pages, see_other
from ohdio_api.web.reader import reader_of
from ohdio_api.web.services import Settings, ThePages
from ohdio_api.web.words import Words
from ohdio_core.domain.telling import PLAYERS, ChannelKind, TellingEvent
from ohdio_core.schemas.telling import ChannelOrder, ChannelView, DeliveryView

_MOST_MESSAGES = 10

router = APIRouter(prefix="/settings/notifications", include_in_schema=False)

Channels = Annotated[ChannelService, Depends(given(ChannelService))]


class ShownChannel(NamedTuple):
    """Somebody who is told."""

    id: int
    kind: str
    address: str
    facts: Sequence[str]
    error: str | None
    has_unsent: bool
    messages: Sequence[str]


@router.get("")
def show_notifications(request: Request, pages: ThePages, channels: Channels, settings: Settings) -> HTMLResponse:
    """Return who is told."""
    return _page(request, pages, channels, settings, None)


@router.post("")
def add_channel(request: Request, fields: Fields, pages: ThePages, channels: Channels, settings: Settings) -> Response:
    """Add somebody who is told; the secret of a webhook is on the page that answers, and nowhere else."""
    words = reader_of(request).words
    try:
        order = ChannelOrder.model_validate(_order(fields, words))
        made = channels.add(order)
    except ValidationError as error:
        return _answer(request, refused(words.translated(in_a_form(wrong_fields(error.errors())))))
    except Refusal as refusal:
        return _answer(request, refused(words.translated(refusal.sentence)))
    if made.secret is None:
        return _answer(request, done(words.gettext("Told from now on; a test shows whether it arrives.")))
    return _page(request, pages, channels, settings, made.secret)


@router.post("/{channel_id}/{order}")
def order_of_channel(
    request: Request,
    channels: Channels,
    channel_id: RowId,
    order: Annotated[str, Path(pattern="^(test|retry|remove)$")],
) -> Response:
    """Test a channel, try again what has not arrived there, or remove it."""
    words = reader_of(request).words
    try:
        return _answer(request, _ordered(channels, channel_id, order, words))
    except Refusal as refusal:
        return _answer(request, refused(words.translated(refusal.sentence)))


def _ordered(channels: ChannelService, channel_id: int, order: str, words: Words) -> Notice:
    if order == "remove":
        channels.remove(channel_id)
        return done(words.gettext("Told no more."))
    if order == "retry":
        channels.retry(channel_id)
        return done(words.gettext("What has not arrived is tried again now."))
    outcome = channels.test(channel_id)
    if outcome.is_delivered:
        return done(words.gettext("The test has arrived."))
    return refused(words.translated_text(outcome.error, outcome.error_message) or "")


def _page(
    request: Request, pages: Pages, channels: ChannelService, settings: Settings, secret: str | None
) -> HTMLResponse:
    words = reader_of(request).words
    told = channels.all()
    messages = channels.last_messages([each.id for each in told], _MOST_MESSAGES)
    minutes = next(each.value for each in settings.all().items if each.name == "digest_minutes")
    return pages.render(
        request,
        "settings/notifications.html",
        tab="notifications",
        channels=[_shown(each, messages[each.id], words) for each in told],
        kinds=list(_kinds(words).items()),
        events=list(_events(words).items()),
        minutes=words.decimal(str(minutes)),
        secret=secret,
    )


def _answer(request: Request, *notices: Notice) -> Response:
    return see_other(request, "/settings/notifications", *notices)


def _order(fields: FormFields, words: Words) -> dict[str, object]:
    kind = fields("kind")
    order: dict[str, object] = {"kind": kind, "address": fields("address"), "language": words.code}
    if token := fields.verbatim("token"):
        order["token"] = token
    if kind not in PLAYERS:
        order["events"] = fields.several("event")
    return order


def _shown(channel: ChannelView, messages: Sequence[DeliveryView], words: Words) -> ShownChannel:
    _ = words.gettext
    facts = [_events(words)[event] for event in channel.events]
    if channel.delivered_at is not None:
        facts.append(_("arrived last %(time)s") % {"time": words.at(channel.delivered_at)})
    if channel.waiting:
        facts.append(_("on their way: %(count)s") % {"count": words.number(channel.waiting)})
    if channel.given_up:
        facts.append(_("given up: %(count)s") % {"count": words.number(channel.given_up)})
    return ShownChannel(
        channel.id,
        _kinds(words)[channel.kind],
        channel.address,
        facts,
        words.translated_text(channel.error, channel.error_message),
        bool(channel.waiting or channel.given_up),
        [_told(each, words) for each in messages],
    )


def _told(message: DeliveryView, words: Words) -> str:
    """Return what became of a message."""
    _ = words.gettext
    said = [words.clock(message.made_at)]
    if message.attempts:
        attempts = words.ngettext("%(num)s attempt", "%(num)s attempts", message.attempts)
        said.append(attempts % {"num": words.number(message.attempts)})
    if message.delivered_at is not None:
        said.append(_("arrived %(time)s") % {"time": words.at(message.delivered_at)})
    elif message.next_attempt_at is None:
        said.append(_("given up"))
    elif message.attempts:
        said.append(_("tried again %(time)s") % {"time": words.at(message.next_attempt_at)})
    else:
        said.append(_("on its way"))
    if error := words.translated_text(message.error, message.error_message):
        said.append(error)
    return " · ".join(said)


def _kinds(words: Words) -> dict[ChannelKind, str]:
    return {
        ChannelKind.APPRISE: words.gettext("People, by Apprise (ntfy, e-mail, Matrix, Telegram …)"),
        ChannelKind.WEBHOOK: words.gettext("A program, by a webhook"),
        ChannelKind.AUDIOBOOKSHELF: "Audiobookshelf",
        ChannelKind.JELLYFIN: "Jellyfin",
        ChannelKind.PLEX: "Plex",
    }


def _events(words: Words) -> dict[TellingEvent, str]:
    return {
        TellingEvent.COMPLETED: words.gettext("complete"),
        TellingEvent.FAILED: words.gettext("failed for good"),
        TellingEvent.NEEDS_PERSON: words.gettext("needs a person"),
    }
