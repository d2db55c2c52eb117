"""The page of a held follow: what of its listing somebody has, and the confirmation that has it begin."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from pydantic import ValidationError
from starlette.responses import Response

from ohdio_api.follows.held import MOST_SHOWN
from ohdio_api.paging import RowId
from ohdio_api.problems import Refusal
from ohdio_api.web.folder_form import order_folder
from ohdio_api.web.follows.choices import wrong_choice
from ohdio_api.web.follows.new_follow import take_typed
from ohdio_api.web.forms import Fields, FormFields, done, refused
from ohdio_api.web.pages import see_other
from ohdio_api.web.reader import reader_of
from ohdio_api.web.services import Follows, ThePages
from ohdio_api.web.words import Words, capital
from ohdio_core.schemas.held_follows import HeldBookView, HeldConfirmation, HeldState, HeldView, HoldStep

router = APIRouter(prefix="/follows", include_in_schema=False)


class HeldRow(NamedTuple):
    """One book of the listing."""

    title: str
    facts: str
    place: str | None
    reason: str | None
    state: str
    is_unsure: bool
    found_id: int | None


@router.get("/{follow_id}/held")
def show_held(request: Request, pages: ThePages, follows: Follows, follow_id: RowId) -> HTMLResponse:
    """Return what of the listing is had, and what is missing; once that is decided, that it is."""
    words, follow = reader_of(request).words, follows.get(follow_id)
    try:
        seen = follows.held.read(follow_id)
    except Refusal:
        # Whoever has the page open reads it anew when somebody decides it, and that is no mistake of theirs.
        return pages.render(request, "follows/decided.html", follow=follow)
    is_listing = seen.step is HoldStep.LISTING
    waits = (follow.wait_reason, follow.wait_message) if is_listing else (seen.wait_reason, seen.wait_message)
    return pages.render(
        request,
        "follows/held.html",
        follow=follow,
        waits=None if seen.error is not None else capital(words.translated_text(*waits) or "", waits[1]),
        held=seen,
        is_ready=seen.step is HoldStep.READY,
        doing=None if seen.error is not None else _doing(words).get(seen.step),
        said=_said(seen, words),
        error=words.translated_text(seen.error, seen.error_message),
        books=[_row(book, words) for book in seen.items[:MOST_SHOWN]],
        more=max(0, sum(seen.counts.values()) - MOST_SHOWN),
    )


@router.post("/{follow_id}/compare")
def compare_held(request: Request, fields: Fields, follows: Follows, follow_id: RowId) -> Response:
    """Compare the listing with another folder."""
    refusals = order_folder(partial(follows.held.compare, follow_id), fields, reader_of(request).words)
    return see_other(request, f"/follows/{follow_id}/held", *refusals)


@router.post("/{follow_id}/confirm")
def confirm_held(request: Request, fields: Fields, follows: Follows, follow_id: RowId) -> Response:
    """Confirm that the follow is to begin."""
    page, words = f"/follows/{follow_id}/held", reader_of(request).words
    try:
        follows.held.confirm(follow_id, _confirmation(fields))
    except ValidationError as error:
        return see_other(request, page, refused(wrong_choice(fields, error, words)))
    except Refusal as error:
        return see_other(request, page, refused(words.translated(error.sentence)))
    view = follows.get(follow_id)
    said = words.gettext("%(name)s is followed.") % {"name": view.title or view.url}
    return see_other(request, "/follows", done(said))


def _confirmation(fields: FormFields) -> HeldConfirmation:
    """Return the form as the API takes it.

    Raises:
        ValidationError: So many of the newest are none, or a day is none.
    """
    return HeldConfirmation.model_validate({"had": fields.ids("had"), "take": take_typed(fields) or None})


def _labels(words: Words) -> dict[HeldState, str]:
    _ = words.gettext
    return {
        HeldState.UNSURE: _("unsure"),
        HeldState.MISSING: _("missing"),
        HeldState.FOUND: _("in the folder"),
        HeldState.HAVE: _("in the library"),
    }


def _doing(words: Words) -> dict[HoldStep, str]:
    _ = words.gettext
    return {
        HoldStep.LISTING: _("Its listing is being read."),
        HoldStep.DESCRIBING: _("Its books are being described."),
        HoldStep.COMPARING: _("The folder is being read."),
    }


def _said(held: HeldView, words: Words) -> str:
    """Return how many there are of each kind."""
    labels = _labels(words)
    said = [f"{words.number(held.counts[each])} {labels[each]}" for each in HeldState if held.counts.get(each)]
    if held.others:
        others = words.gettext("%(count)s in the folder that it does not list")
        said.append(others % {"count": words.number(held.others)})
    return " · ".join(said)


def _row(book: HeldBookView, words: Words) -> HeldRow:
    facts = [
        *(book.authors[:1]),
        *([] if book.published is None else [words.day(book.published)]),
        *([] if book.seconds is None else [words.length(book.seconds)]),
    ]
    return HeldRow(
        title=book.title or "",
        facts=" · ".join(facts),
        place=book.place,
        reason=words.translated_text(book.reason, book.message),
        state=_labels(words)[book.state],
        is_unsure=book.state is HeldState.UNSURE,
        found_id=book.found_id,
    )
