"""The page of what is followed, and what people order of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse
from pydantic import ValidationError
from starlette.responses import Response

from ohdio_api.follows.lists import follow_all, look_at_all
from ohdio_api.follows.service import FollowService
from ohdio_api.imports.document import links_of
from ohdio_api.invalid import in_a_form, wrong_fields
from ohdio_api.paging import Cursor, RowId
from ohdio_api.previews.service import PreviewService
from ohdio_api.problems import Refusal
from ohdio_api.provide import given
from ohdio_api.web.add.notices import notices_of
from ohdio_api.web.add.views import Submissions
from ohdio_api.web.follows.card import AskedList, show_follow, show_list
from ohdio_api.web.follows.list_form import ListFields
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
    NewFollowOrder,
)
from ohdio_core.schemas.submissions import Wishes

router = APIRouter(prefix="/follows", include_in_schema=False)

_MOST = 50  # on a page


@router.get("")
def show_follows(request: Request, pages: ThePages, follows: Follows, cursor: Cursor = None) -> HTMLResponse:
    """Return what is followed, the newest first."""
    return _page(request, pages, follows, cursor)


@router.post("")
def add_follow(request: Request, fields: Fields, follows: Follows) -> Response:
    """Follow the link of the form."""
    words = reader_of(request).words
    if not fields("url"):
        return after(request, fields, refused(words.gettext("Paste the link of a feed, a category or an author.")))
    try:
        against = {"held_against": {"path": fields("against")}} if fields("against") else {}
        order = NewFollowOrder.model_validate(
            {**_order(fields), "url": fields("url"), "is_private": bool(fields("private")), **against}
        )
    except ValidationError as error:
        return after(request, fields, refused(_wrong(fields, error, words)))
    try:
        view, is_new = follows.add(order, held_against=order.held_against)
    except Refusal as refusal:
        return after(request, fields, refused(words.translated(refusal.sentence)))
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
        order = FollowImport.model_validate({**_order(fields), "document": document, "is_private": private})
        # What is secret is neither asked for beforehand nor written into a page.
        if (collects or order.take != "new") and not (fields("meant") or private):
            looked_for = order.model_copy(update={"take": "everything"}) if collects else order
            seen = look_at_all(previews, looked_for, queue.stats().disk_free_bytes)
            return _page(request, pages, follows, None, asked=show_list(seen, fields.all(), words))
        if collects:
            return after(request, fields, *notices_of(submissions.add(links_of(document), Wishes()), words))
        links = follow_all(follows, order)
    except ValidationError as error:
        return after(request, fields, refused(_wrong(fields, error, words)))
    except Refusal as refusal:
        return after(request, fields, refused(words.translated(refusal.sentence)))
    return after(request, fields, *_told(links, words))


@router.post("/{follow_id}/keep")
def change_keeping(request: Request, fields: Fields, follows: Follows, follow_id: RowId) -> Response:
    """Change which of its books a follow keeps, their form and speed."""
    words = reader_of(request).words
    try:
        view = follows.change(follow_id, FollowChange.model_validate(_changed(fields)))
    except ValidationError as error:
        return after(request, fields, refused(_wrong(fields, error, words)))
    except Refusal as refusal:
        return after(request, fields, refused(words.translated(refusal.sentence)))
    return after(request, fields, done(words.gettext("%(name)s is changed.") % {"name": view.title or view.url}))


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


def _page(
    request: Request, pages: Pages, follows: FollowService, cursor: str | None, *, asked: AskedList | None = None
) -> HTMLResponse:
    """Return what is followed, with the question whether a list is meant, where there is one."""
    words = reader_of(request).words
    page = follows.page(cursor=cursor, limit=_MOST)
    return pages.render(
        request,
        "follows/page.html",
        follows=[show_follow(each, words) for each in page.items],
        is_first=cursor is None,
        following=page.next,
        asked=asked,
    )


def _orders(follows: FollowService) -> dict[str, Callable[[int], FollowView]]:
    return {"check": follows.check, "pause": follows.pause, "resume": follows.resume}


def _wrong(fields: FormFields, error: ValidationError, words: Words) -> str:
    """Return a sentence on what of the form cannot be taken."""
    first = error.errors()[0]
    field = first["loc"][0]
    if str(field).startswith("keep_"):
        return _no_number(words)
    if field == "speed_limit_kb":
        return words.gettext("A number of kilobytes a second is expected, or nothing.")
    if field == "take" and fields("take") == "newest":
        return words.gettext("How many of the newest is a whole number, from 1 to 1,000.")
    return words.translated(in_a_form(wrong_fields([{**first, "loc": (field,)}])))


def _order(fields: FormFields) -> dict[str, Any]:
    """Return the form as the API takes it."""
    take: str | int = fields("take") or "new"
    if take == "newest":
        take = _number(fields("newest"))
    return {"take": take, "form": fields("book_form") or None, **_placed(fields), **_speed(fields), **_kept(fields)}


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


def _kept(fields: FormFields) -> dict[str, int | None]:
    """Return which books are to stay, as the API takes it."""
    return {name: _number(text) if (text := fields(name)) else None for name in ("keep_newest", "keep_days")}


def _changed(fields: FormFields) -> dict[str, Any]:
    """Return what is to be different about a follow, as the API takes it."""
    form = {"form": fields("book_form") or None} if "book_form" in fields.all() else {}
    return {**_kept(fields), **form, **_placed(fields), **_speed(fields)}


def _placed(fields: FormFields) -> dict[str, bool | None]:
    """Return whether its books are filed as the episodes of a show; nothing where a form does not ask."""
    said = {"yes": True, "no": False}.get(fields("as_show"))
    return {"as_show": said} if "as_show" in fields.all() else {}


def _speed(fields: FormFields) -> dict[str, int | None]:
    """Return how fast its books may come, as the API takes it; nothing where a form does not ask."""
    if "speed" not in fields.all():
        return {}
    return {"speed_limit_kb": _number(fields("speed")) if fields("speed") else None}


def _number(text: str) -> int:
    """Return the number that a field has; 0, which nothing takes, where it has something else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


def _no_number(words: Words) -> str:
    return words.gettext("How much of it is kept is a whole number: up to 1,000 books, or up to 3,650 days.")
