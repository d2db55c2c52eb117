"""Clients to a site that misbehaves, and its misbehaviour."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

from ohdio_core.errors import Postponed
from ohdio_core.sentences import Sentence, legacy
from ohdio_core.sources.http import Abort, ClientSettings, HttpClientFactory, SiteClient
from tests.integration.sources.origin import Origin, send


class RecordingPoliteness:
    """Notes what is asked of it; a key in ``closed`` gets no turn."""

    def __init__(self) -> None:
        self.turns: list[str] = []
        self.closings: list[tuple[str, timedelta, str]] = []
        self.closed: set[str] = set()

    def take_turn(self, key: str) -> None:
        if key in self.closed:
            raise Postponed(legacy(f"{key} is closed."))
        self.turns.append(key)

    def close(self, key: str, duration: timedelta, reason: Sentence) -> None:
        self.closings.append((key, duration, reason.text))


@contextmanager
def client(settings: ClientSettings, abort: Abort | None = None) -> Iterator[SiteClient]:
    factory = HttpClientFactory(settings)
    try:
        yield factory.site("test", abort)
    finally:
        factory.close()


def overriding(origin: Origin, *hosts: str) -> ClientSettings:
    return ClientSettings(host_overrides=dict.fromkeys(hosts or ("books.example",), origin.url))


PRIVATE = ClientSettings(allow_private_addresses=True, read_timeout=timedelta(seconds=5))


def cut_after(body: bytes, claimed: int) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        send(handler, body, headers={"Content-Length": str(claimed)})

    return answer


def silent_until(over: threading.Event) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(_: BaseHTTPRequestHandler) -> None:
        over.wait(60)

    return answer
