"""Serving the app, and stopping without cutting anybody off."""

from __future__ import annotations

import socket

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from ohdio_api.events.hub import EventHub
from ohdio_api.proxies import PEER, TrustedProxies

_GRACE = 5  # seconds for requests that are under way


class ApiServer(uvicorn.Server):
    """A server that ends event streams when it stops; it would wait for them for ever."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(
            uvicorn.Config(
                _told_by_proxies(app, app.state.services[TrustedProxies]),
                proxy_headers=False,
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=_GRACE,
                lifespan="on",
            )
        )
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop: end the streams, let requests finish."""
        hub: EventHub = self._app.state.services[EventHub]
        hub.end_streams()
        await super().shutdown(sockets)


def _told_by_proxies(app: FastAPI, trusted: TrustedProxies) -> ASGIApp:
    """Return an app that learns from proxies, also from one on this machine, where requests come from.

    Where the connection itself came from stays known, as ``PEER``.
    """
    # uvicorn has types of its own for what ASGI apps are.
    told: ASGIApp = ProxyHeadersMiddleware(app, ["127.0.0.1", *map(str, trusted.networks)])  # type: ignore[assignment, arg-type]

    async def keep_peer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope[PEER] = scope.get("client")
        await told(scope, receive, send)

    return keep_peer
