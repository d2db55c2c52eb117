"""Routes by which people say who is told."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends

from ohdio_api.paging import RowId
from ohdio_api.problems import problems
from ohdio_api.provide import given
from ohdio_api.telling.channels import ChannelService
from ohdio_core.schemas.telling import ChannelOrder, Channels, Deliveries, Hook, MadeChannel, Retried, TestOutcome

router = APIRouter(prefix="/channels", tags=["telling"])
#: What webhooks are sent: no routes of ours, but those of whoever is told.
hooks = APIRouter(tags=["telling"])

Service = Annotated[ChannelService, Depends(given(ChannelService))]

_MISSING = problems(HTTPStatus.NOT_FOUND)


@router.get("")
def list_channels(channels: Service) -> Channels:
    """List who is told of what becomes of books."""
    return Channels(items=channels.all())


@router.post("", status_code=HTTPStatus.CREATED, responses=problems(HTTPStatus.CONFLICT))
def add_channel(channels: Service, body: ChannelOrder) -> MadeChannel:
    """Add somebody who is told from now on; the secret of a webhook is in this answer alone."""
    return channels.add(body)


@router.delete("/{channel_id}", status_code=HTTPStatus.NO_CONTENT, responses=_MISSING)
def remove_channel(channels: Service, channel_id: RowId) -> None:
    """Remove somebody, who is told no more; what is on its way is dropped."""
    channels.remove(channel_id)


@router.post("/{channel_id}/test", responses=_MISSING)
def test_channel(channels: Service, channel_id: RowId) -> TestOutcome:
    """Send a test now; the answer says what became of it."""
    return channels.test(channel_id)


@router.get("/{channel_id}/deliveries", responses=_MISSING)
def list_deliveries(channels: Service, channel_id: RowId) -> Deliveries:
    """List the newest messages to a channel, with their attempts."""
    return Deliveries(items=channels.deliveries(channel_id))


@router.post("/{channel_id}/retry", responses=_MISSING)
def retry_channel(channels: Service, channel_id: RowId) -> Retried:
    """Send again now what has not arrived, also what was given up."""
    return Retried(messages=channels.retry(channel_id))


@hooks.post("what-becomes-of-books", status_code=HTTPStatus.NO_CONTENT)
def receive_hook(body: Hook) -> None:
    """Receive one event, signed as standardwebhooks.com has it.

    `webhook-signature` is `v1,` and the base64 of the HMAC-SHA256 of `webhook-id.webhook-timestamp.body`, by the
    secret behind `whsec_`, which is base64, too. Any status of 2xx means that it has arrived. What has not is sent
    again, with the same `webhook-id`, after 10 s, 20 s, 40 s and so on, at most six hours, for more than a week.
    """
