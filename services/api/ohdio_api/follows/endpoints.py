"""Routes of follows."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from ohdio_api.follows.lists import MEDIA_TYPE, follow_all, look_at_all, opml_of
from ohdio_api.follows.service import FollowService
from ohdio_api.paging import Cursor, Limit, LinkText, RowId
from ohdio_api.previews.service import PreviewService
from ohdio_api.problems import problems
from ohdio_api.provide import given
from ohdio_api.queue.service import QueueService
from ohdio_core.schemas.attempts import Attempts
from ohdio_core.schemas.folder_imports import FolderOrder
from ohdio_core.schemas.follows import (
    FollowChange,
    FollowedLinks,
    FollowImport,
    FollowView,
    ListPreview,
    NewFollowOrder,
)
from ohdio_core.schemas.held_follows import HeldConfirmation, HeldView
from ohdio_core.schemas.pages import Page

router = APIRouter(prefix="/follows", tags=["follows"])
subscriptions = APIRouter(tags=["follows"])

_EXAMPLE = '<opml version="2.0"><body><outline type="rss" text="Tales" xmlUrl="https://stories.example/feed.xml"/></body></opml>'
Previews = Annotated[PreviewService, Depends(given(PreviewService))]
Queue = Annotated[QueueService, Depends(given(QueueService))]
Follows = Annotated[FollowService, Depends(given(FollowService))]

_MISSING = problems(HTTPStatus.NOT_FOUND)
_MISSING_OR_UNFIT = problems(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses={HTTPStatus.OK: {"model": FollowView}, **problems(HTTPStatus.CONFLICT)},
)
def add_follow(follows: Follows, order: NewFollowOrder, response: Response) -> FollowView:
    """Follow a listing: it is checked at once, and again and again; what is new there is added, each book once, ever.

    One that is followed already is answered with 200, and keeps its own wishes.
    """
    view, is_new = follows.add(order, held_against=order.held_against)
    if not is_new:
        response.status_code = HTTPStatus.OK
    return view


@router.post("/import")
def follow_document(follows: Follows, body: FollowImport) -> FollowedLinks:
    """Follow all that a subscription list (OPML) or a text with a link on each line names, all in one way.

    Each different link has its own result, in order; one that is followed already keeps its own wishes.
    """
    return FollowedLinks(items=follow_all(follows, body))


@router.post("/import/preview")
def preview_document(previews: Previews, queue: Queue, body: FollowImport) -> ListPreview:
    """Show what following all that a document names would add at once, beside the free space, and change nothing.

    The listings are read for at most 20 seconds; the answer says how many were.
    """
    return look_at_all(previews, body, queue.stats().disk_free_bytes)


@subscriptions.get(
    "/follows.opml",
    response_class=Response,
    responses={HTTPStatus.OK: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}, "example": _EXAMPLE}}}},
)
def export_follows(follows: Follows) -> Response:
    """Return all that is followed as a subscription list (OPML), as podcast apps and `POST /follows/import` read it."""
    return Response(opml_of(follows.every()), media_type=MEDIA_TYPE)


@router.get("")
def list_follows(follows: Follows, url: LinkText = None, cursor: Cursor = None, limit: Limit = 50) -> Page[FollowView]:
    """List follows, the newest first."""
    return follows.page(url=url, cursor=cursor, limit=limit)


@router.get("/{follow_id}", responses=_MISSING)
def get_follow(follows: Follows, follow_id: RowId) -> FollowView:
    """Read one follow."""
    return follows.get(follow_id)


@router.get("/{follow_id}/attempts", responses=_MISSING)
def list_checks(follows: Follows, follow_id: RowId) -> Attempts:
    """List what became of the checks of a follow; those that found nothing to add are left out."""
    return Attempts(items=follows.checks(follow_id))


@router.patch("/{follow_id}", responses=_MISSING)
def change_follow(follows: Follows, follow_id: RowId, change: FollowChange) -> FollowView:
    """Change what is wanted of a listing, from its next check on."""
    return follows.change(follow_id, change)


@router.get("/{follow_id}/held", responses=_MISSING)
def read_held(follows: Follows, follow_id: RowId) -> HeldView:
    """Read what of the listing of a held follow is in the folder that it is compared with, and what is missing."""
    return follows.held.read(follow_id)


@router.post("/{follow_id}/compare", responses=_MISSING_OR_UNFIT)
def compare_held(follows: Follows, follow_id: RowId, folder: FolderOrder) -> HeldView:
    """Compare the listing of a held follow with a folder, in the place of the one that was named before."""
    return follows.held.compare(follow_id, folder)


@router.post("/{follow_id}/confirm", responses=_MISSING_OR_UNFIT)
def confirm_held(follows: Follows, follow_id: RowId, confirmation: HeldConfirmation) -> FollowView:
    """Take what the folder has into the library, and have the follow begin, which fetches what is missing."""
    follows.held.confirm(follow_id, confirmation)
    return follows.get(follow_id)


@router.post("/{follow_id}/check", responses=_MISSING_OR_UNFIT)
def check_follow(follows: Follows, follow_id: RowId) -> FollowView:
    """Check a listing now, also one that was gone for good."""
    return follows.check(follow_id)


@router.post("/{follow_id}/pause", responses=_MISSING)
def pause_follow(follows: Follows, follow_id: RowId) -> FollowView:
    """Check a listing no more until it is resumed."""
    return follows.pause(follow_id)


@router.post("/{follow_id}/resume", responses=_MISSING)
def resume_follow(follows: Follows, follow_id: RowId) -> FollowView:
    """Go on with a paused follow, with a check at once."""
    return follows.resume(follow_id)


@router.delete("/{follow_id}", status_code=HTTPStatus.NO_CONTENT, responses=_MISSING)
def end_follow(follows: Follows, follow_id: RowId) -> None:
    """End a follow; what it has added stays."""
    follows.end(follow_id)
