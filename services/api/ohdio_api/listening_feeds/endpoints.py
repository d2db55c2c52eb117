"""Routes by which people make and revoke listening feeds; apps use those of ``heard``."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from ohdio_api.authentication import Caller, caller_of
from ohdio_api.listening_feeds.service import FeedService
from ohdio_api.paging import RowId
from ohdio_api.problems import problems
from ohdio_api.provide import given
from ohdio_api.public_address import PublicAddress
from ohdio_core.schemas.listening_feeds import FeedOrder, Feeds, MadeFeed

router = APIRouter(prefix="/feeds", tags=["listeners"])

Service = Annotated[FeedService, Depends(given(FeedService))]
Whoever = Annotated[Caller, Depends(caller_of)]


@router.get("")
def list_feeds(feeds: Service, caller: Whoever) -> Feeds:
    """List the addresses by which podcast apps hear parts of the library; to a listener, their own."""
    return Feeds(items=feeds.all(caller))


@router.post("", status_code=HTTPStatus.CREATED, responses=problems(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT))
def make_feed(
    request: Request,
    feeds: Service,
    caller: Whoever,
    address: Annotated[PublicAddress, Depends(given(PublicAddress))],
    body: FeedOrder,
) -> MadeFeed:
    """Make an address by which a podcast app hears a part of the library; it is told in this answer alone."""
    return feeds.make(body, caller, address.base_of(request))


@router.delete("/{feed_id}", status_code=HTTPStatus.NO_CONTENT, responses=problems(HTTPStatus.NOT_FOUND))
def revoke_feed(feeds: Service, caller: Whoever, feed_id: RowId) -> None:
    """Revoke an address: apps that have it are told at once that it is gone."""
    feeds.revoke(feed_id, caller)
