"""What went wrong, as a page."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import cast

from fastapi import Request
from starlette.responses import Response

from ohdio_api.web.pages import Pages, is_visited
from ohdio_api.web.reader import reader_of
from ohdio_core.sentences import Sentence


def fault_page(request: Request, status: int, said: Sentence, headers: Mapping[str, str] | None) -> Response:
    """Return the page that says what went wrong, with a way on."""
    words = reader_of(request).words
    title = words.gettext("Not found") if status == HTTPStatus.NOT_FOUND else words.gettext("That did not work")
    pages = cast("Pages", request.app.state.services[Pages])
    text = words.translated(said)
    is_away = status == HTTPStatus.SERVICE_UNAVAILABLE
    # What a page shows that stays open is no more.
    is_gone = status == HTTPStatus.NOT_FOUND and not is_visited(request)
    answer = pages.render(
        request, "shell/fault.html", status=status, title=title, text=text, is_away=is_away, is_gone=is_gone
    )
    answer.headers.update(headers or {})
    return answer
