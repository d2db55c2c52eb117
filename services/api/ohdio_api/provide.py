"""How endpoints get the services that the composition root made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar, cast

from fastapi import FastAPI, Request

Service = TypeVar("Service")


def provide(app: FastAPI, *services: object) -> None:
    """Put services where endpoints find them, each by its class."""
    app.state.services = {type(service): service for service in services}


def given(service: type[Service]) -> Callable[[Request], Awaitable[Service]]:
    """Return a dependency that gives the app's service of this class."""

    async def find(request: Request) -> Service:
        return cast("Service", request.app.state.services[service])

    return find
