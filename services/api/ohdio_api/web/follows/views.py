"""The page of what is followed, and what people order of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse
from pydantic import ValidationError
from starlette.responses import Response

from ohdio_api.follows.lists import follow_all, look_at_all
from ohdio_api.follows.service import FollowService
from ohdio_api.imports.document import links_of
from ohdio_api.paging import Cursor, RowId
from ohdio_api.previews.service import PreviewService
from ohdio_api.problems import Refusal
from ohdio_api.provide import given
from ohdio_api.web.add.notices import notices_of
from ohdio_api.web.add.views import Submissions
from ohdio_api.web.follows.card import AskedList, show_follow, show_list
from ohdio_api.web.follows.choices import FollowChoices, wrong_choice
from ohdio_api.web.follows.list_form import ListFields
from ohdio_api.web.follows.new_follow import TypedFollow, new_follow, wishes_typed
from ohdio_api.web.forms import Fields, FormFields, Notice, after, done, refused
from ohdio_api.web.pages import Pages, see_other
from ohdio_api.web.reader import reader_of
from ohdio_api.web.services import Follows, Queue, ThePages
from ohdio_api.web.words import Words
from ohdio_core.schemas.follows import (
    FollowChange,
    FollowedLink,
    FollowedState,
    FollowImport,
    FollowView,
)
from ohdio_core.schemas.submissions import Wishes

router = APIRouter(prefix="/follows", include_in_schema=False)

#: What a follow takes only in part, or later, is collected at once.
_ALL_AT_ONCE = {"take": "everything", "most_per_check": None, "keep_newest": None}

_HERE = "/follows"
_MOST = 50  # on a page


@router.get("")
def show_follows(request: Request, pages: ThePages, follows: Follows, cursor: Cursor = None) -> HTMLResponse:
    """Return what is followed, the newest first."""
    return _page(request, pages, follows, cursor)


@router.post("")
def add_follow(request: Request, fields: Fields, pages: ThePages, follows: Follows) -> Response:
    """Follow the link of the form; where that cannot be, the page that answers has what was typed."""
    words = reader_of(request).words
    if not fields("url"):
        said = words.gettext("Paste the link of a feed, a category or an author.")
        return _wrong(request, pages, follows, fields, said)
    try:
        order = new_follow(fields)
        view, is_new = follows.add(order, held_against=order.held_against)
    except ValidationError as error:
        return _wrong(request, pages, follows, fields, wrong_choice(fields, error, words))
    except Refusal as refusal:
        return _wrong(request, pages, follows, fields, words.translated(refusal.sentence))
    if order.held_against is not None:
        return see_other(request, f"/follows/{view.id}/held")
    said = words.gettext("%(name)s is followed.") if is_new else words.gettext("%(name)s is followed already.")
    return after(request, fields, done(said % {"name": view.title or view.url}))


@router.post("/list")
def add_list(
    *,
    request: Request,
    fields: ListFields,
    pages: ThePages,
    follows: Follows,
    submissions: Submissions,
    previews: Annotated[PreviewService, Depends(given(PreviewService))],
    queue: Queue,
) -> Response:
    """Follow all that a subscription list names, or collect it once; what that adds at once is shown first."""
    words = reader_of(request).words
    document, collects = fields.verbatim("document"), fields("how") == "collect"
    try:
        private = bool(fields("private")) and not collects
        order = FollowImport.model_validate({**wishes_typed(fields), "document": document, "is_private": private})
        # What is secret is neither asked for beforehand nor written into a page.
        if (collects or order.take != "new") and not (fields("meant") or private):
            looked_for = order.model_copy(update=_ALL_AT_ONCE) if collects else order
            seen = look_at_all(previews, looked_for, queue.stats().disk_free_bytes)
            return _page(request, pages, follows, None, asked=show_list(seen, fields.all(), words))
        if collects:
            return after(request, fields, *notices_of(submissions.add(links_of(document), _once(order)), words))
        links = follow_all(follows, order)
    except ValidationError as error:
        return after(request, fields, refused(wrong_choice(fields, error, words)))
    except Refusal as refusal:
        return after(request, fields, refused(words.translated(refusal.sentence)))
    return after(request, fields, *_told(links, words))


@router.post("/{follow_id}/link")
def change_link(request: Request, fields: Fields, follows: Follows, follow_id: RowId) -> Response:
    """Change where a private follow is asked."""
    words = reader_of(request).words
    try:
        view = follows.change(follow_id, FollowChange(url=fields("url")))
    except Refusal as refusal:
        return after(request, fields, refused(words.translated(refusal.sentence)))
    return after(request, fields, done(words.gettext("%(name)s is changed.") % {"name": view.title or view.url}))


@router.post("/{follow_id}/{order}")
def order_of_follow(
    request: Request,
    fields: Fields,
    follows: Follows,
    follow_id: RowId,
    order: Annotated[str, Path(pattern="^(check|pause|resume|end)$")],
) -> Response:
    """Check, pause, resume or end a follow."""
    words = reader_of(request).words
    try:
        if order == "end":
            view = follows.get(follow_id)
            follows.end(follow_id)
            said = words.gettext("%(name)s is followed no more; its books stay.")
            return after(request, fields, done(said % {"name": view.title or view.url}))
        _orders(follows)[order](follow_id)
    except Refusal as refusal:
        return after(request, fields, refused(words.translated(refusal.sentence)))
    return after(request, fields)


def _once(order: FollowImport) -> Wishes:
    """Return what is wanted of listings that are collected, and not followed."""
    said = order.model_dump(include={"filters", "priority", "form", "speed_limit_kb"}, exclude_unset=True)
    return Wishes.model_validate(said)


def _page(
    request: Request,
    pages: Pages,
    follows: FollowService,
    cursor: str | None,
    *,
    asked: AskedList | None = None,
    typed: TypedFollow | None = None,
) -> HTMLResponse:
    """Return what is followed, with the question whether a list is meant, or with what was typed and cannot be."""
    words = reader_of(request).words
    page = follows.page(cursor=cursor, limit=_MOST)
    typed = typed or TypedFollow()
    return pages.render(
        request,
        "follows/page.html",
        status=HTTPStatus.OK if typed.wrong is None else HTTPStatus.UNPROCESSABLE_ENTITY,
        follows=[show_follow(each, words) for each in page.items],
        has_shows=follows.has_shows,
        is_first=cursor is None,
        following=page.next,
        asked=asked,
        typed=typed,
        usual=FollowChoices(),
    )


def _wrong(request: Request, pages: Pages, follows: FollowService, fields: FormFields, said: str) -> Response:
    """Return why a link cannot be followed: with the form, or on the page of another that has only a button for it."""
    if fields("back") != _HERE:
        return after(request, fields, refused(said))
    return _page(request, pages, follows, None, typed=TypedFollow.of(fields, said))


def _orders(follows: FollowService) -> dict[str, Callable[[int], FollowView]]:
    return {"check": follows.check, "pause": follows.pause, "resume": follows.resume}


def _told(links: Sequence[FollowedLink], words: Words) -> list[Notice]:
    """Return what became of the links of a list: how many are followed, and why the first of the others is not."""
    wrong = [link for link in links if link.state is FollowedState.REFUSED]
    notices = []
    if followed := len(links) - len(wrong):
        said = words.ngettext(
            "%(count)s link of the list is followed.", "%(count)s links of the list are followed.", followed
        )
        notices.append(done(said % {"count": words.number(followed)}))
    if wrong:
        refusals = words.ngettext("%(count)s was refused:", "%(count)s were refused:", len(wrong))
        said = refusals % {"count": words.number(len(wrong))}
        why = words.translated_text(wrong[0].detail, wrong[0].detail_message)
        notices.append(refused(f"{said} {wrong[0].url}{words.gettext(':')} {why}"))
    return notices
