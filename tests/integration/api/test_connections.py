from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from fastapi import FastAPI

from ohdio.http_server import HttpServer
from ohdio_api.events.hub import EventHub
from ohdio_api.listening_socket import listen
from ohdio_api.proxies import TrustedProxies


class _NoEvents:
    def end_streams(self) -> None:
        """There are none."""


@contextmanager
def serving(host: str) -> Iterator[HttpServer]:
    app = FastAPI()
    app.state.services = {EventHub: _NoEvents(), TrustedProxies: TrustedProxies([], "")}

    @app.get("/delay")
    async def delay() -> list[bool]:
        """Return, of each connection that is open, whether its small packets wait for an acknowledgement."""
        return [
            not transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            for transport in asyncio.get_running_loop()._transports.values()  # type: ignore[attr-defined] # of asyncio
            if transport.get_extra_info("peername")
        ]

    with listen(host, 0) as listener, HttpServer(app, listener, shown_host=host) as server:
        yield server


class TestTheSocketOfTheApi:
    def test_sends_each_answer_at_once(self) -> None:
        with serving("127.0.0.1") as server, httpx.Client(trust_env=False, timeout=60) as client:
            answers = [client.get(f"{server.url}/delay").json() for _ in range(2)]
        assert answers == [[False], [False]]

    @pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::", "::1", "localhost"])
    def test_is_announced_by_an_address_that_answers(self, host: str) -> None:
        with serving(host) as server:
            assert httpx.get(f"{server.url}/delay", trust_env=False, timeout=60).status_code == 200

    def test_takes_connections_by_both_protocols_where_it_listens_everywhere(self) -> None:
        with serving("::") as server:
            port = httpx.URL(server.url).port
            assert httpx.get(f"http://127.0.0.1:{port}/delay", trust_env=False, timeout=60).status_code == 200
            assert httpx.get(f"http://[::1]:{port}/delay", trust_env=False, timeout=60).status_code == 200
