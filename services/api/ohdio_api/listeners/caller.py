"""Which listener a request is from."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Query

from ohdio_api.authentication import Caller, caller_of
from ohdio_api.listeners.service import ListenerService
from ohdio_api.paging import IN_DIGITS
from ohdio_api.problems import Refusal
from ohdio_api.provide import given
from ohdio_core.domain.role import Role
from ohdio_core.schemas.body import MAX_ID
from ohdio_core.sentences import sentence

Asked = Annotated[
    int | None,
    Query(
        alias="listener",
        ge=1,
        le=MAX_ID,
        description="Whose position: by default that of whoever is signed in, else the first listener's.",
    ),
    IN_DIGITS,
]


def listener_of(
    caller: Annotated[Caller, Depends(caller_of)],
    listeners: Annotated[ListenerService, Depends(given(ListenerService))],
) -> int:
    """Return the id of the listener that belongs to the account of whoever asks."""
    return listeners.of(caller.name)


def chosen_listener(
    caller: Annotated[Caller, Depends(caller_of)], own: Annotated[int, Depends(listener_of)], asked: Asked = None
) -> int:
    """Return the id of the listener that a request is about.

    Raises:
        Refusal: It is another's than the caller's own, who may change nothing of others (403).
    """
    if asked is None or asked == own:
        return own
    if caller.role is Role.LISTENER:
        raise Refusal(
            HTTPStatus.FORBIDDEN, sentence("listener.of_another", "Your account knows its own places in books alone.")
        )
    return asked
