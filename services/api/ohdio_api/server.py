"""Serving the app, and stopping without cutting anybody off."""

from __future__ import annotations

import socket

import uvicorn
from fastapi import FastAPI

from ohdio_api.events.hub import EventHub

_GRACE = 5  # seconds for requests that are under way


class ApiServer(uvicorn.Server):
    """A server that ends event streams when it stops; it would wait for them for ever."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(
            uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=_GRACE, lifespan="on")
        )
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop: end the streams, let requests finish."""
        hub: EventHub = self._app.state.services[EventHub]
        hub.end_streams()
        await super().shutdown(sockets)
