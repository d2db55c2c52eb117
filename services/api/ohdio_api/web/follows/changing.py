"""The page on which people change what they want of a listing that is followed."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from pydantic import ValidationError
from starlette.responses import Response

from ohdio_api.follows.service import FollowService
from ohdio_api.paging import RowId
from ohdio_api.problems import Refusal
from ohdio_api.web.follows.choices import FollowChoices, change_typed, wrong_choice
from ohdio_api.web.forms import Fields, done
from ohdio_api.web.pages import Pages, see_other
from ohdio_api.web.reader import reader_of
from ohdio_api.web.services import Follows, ThePages
from ohdio_core.schemas.follows import FollowChange, FollowView

router = APIRouter(prefix="/follows", include_in_schema=False)


@router.get("/{follow_id}/change")
def show_change(request: Request, pages: ThePages, follows: Follows, follow_id: RowId) -> HTMLResponse:
    """Return what is wanted of a follow, to be changed."""
    follow = follows.get(follow_id)
    return _page(request, pages, follows, follow, FollowChoices.of(follow))


@router.post("/{follow_id}/change")
def change_follow(request: Request, fields: Fields, pages: ThePages, follows: Follows, follow_id: RowId) -> Response:
    """Change what is wanted of a follow; where that cannot be, the page that answers has what was typed."""
    words, follow = reader_of(request).words, follows.get(follow_id)
    try:
        view = follows.change(follow_id, FollowChange.model_validate(change_typed(fields, follow)))
    except ValidationError as error:
        wrong = wrong_choice(fields, error, words)
    except Refusal as refusal:
        wrong = words.translated(refusal.sentence)
    else:
        said = words.gettext("%(name)s is changed.") % {"name": view.title or view.url}
        return see_other(request, "/follows", done(said))
    return _page(request, pages, follows, follow, FollowChoices.typed(fields), wrong=wrong)


def _page(
    request: Request,
    pages: Pages,
    follows: FollowService,
    follow: FollowView,
    said: FollowChoices,
    *,
    wrong: str | None = None,
) -> HTMLResponse:
    return pages.render(
        request,
        "follows/change.html",
        status=HTTPStatus.OK if wrong is None else HTTPStatus.UNPROCESSABLE_ENTITY,
        follow=follow,
        said=said,
        wrong=wrong,
        has_shows=follows.has_shows,
    )
