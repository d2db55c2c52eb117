"""Whoever tells a program of books is killed while it tells: each event arrives, and none twice but under its id."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

import httpx

from tests.fixtures.product import Product, Role, fresh_category
from tests.fixtures.rest import wait_for_answer
from tests.integration.sources.origin import scripted_origin, send

BOOKS = 6


class Receiver:
    """A program that takes what it is told, and answers badly: each fault is one request's.

    ``busy`` refuses; ``cut`` takes it and goes away; ``hang`` takes it and never answers.
    """

    def __init__(self, *faults: str) -> None:
        self.taken: list[tuple[str, bytes]] = []  #: id and body of each request that it has taken
        self.is_hanging = threading.Event()
        self.may_end = threading.Event()
        self._faults = iter(faults)
        self.url = ""

    def reply(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        fault = next(self._faults, None)
        if fault == "busy":
            send(handler, status=503)
            return
        self.taken.append((handler.headers["webhook-id"], body))
        if fault is None:
            send(handler)
            return
        handler.close_connection = True
        if fault == "hang":
            self.is_hanging.set()
            self.may_end.wait(120)

    def told(self) -> Counter[str]:
        """Return the titles, each as often as there are ids with it; the same id must be the same message."""
        by_id = dict(self.taken)
        assert all(by_id[key] == body for key, body in self.taken)
        return Counter(json.loads(body)["data"]["title"] for body in by_id.values())


@contextmanager
def receiving(*faults: str) -> Iterator[Receiver]:
    receiver = Receiver(*faults)
    with scripted_origin() as origin:

        def reply(handler: BaseHTTPRequestHandler) -> None:
            key = handler.headers["webhook-id"]
            of_it = (seen.body for seen in reversed(origin.requests) if seen.headers["webhook-id"] == key)
            receiver.reply(handler, next(of_it))

        origin.answers["/hook"] = reply
        receiver.url = f"{origin.url}/hook"
        try:
            yield receiver
        finally:
            receiver.may_end.set()


def test_a_program_is_told_of_each_book_once_though_who_tells_is_killed(product: Product) -> None:
    catalogue = fresh_category(BOOKS)
    product.origin.offer(catalogue)
    with (
        receiving("busy", "hang", "cut") as receiver,
        httpx.Client(base_url=f"{product.api.url}/api/v1", timeout=30, trust_env=False) as api,
    ):
        order = {"kind": "webhook", "address": receiver.url, "events": ["completed"]}
        channel = f"/channels/{api.post('/channels', json=order).raise_for_status().json()['id']}"
        product.collect(catalogue)

        def settle() -> bool:
            api.post(f"{channel}/retry").raise_for_status()
            return receiver.is_hanging.is_set()

        product.wait_until(settle, 60, "the receiver has taken something and does not answer", every=0.2)
        product.kill(Role.API)
        product.spawn(Role.API)
        wait_for_answer(product.api, within=60)

        def is_all_told() -> bool:
            settle()
            (view,) = api.get("/channels").json()["items"]
            return len(receiver.told()) == BOOKS and view["waiting"] == 0

        product.wait_until(is_all_told, 60, "all has arrived", every=0.2)
        assert receiver.told() == Counter(book.title for book in catalogue.books)
        # What was taken and not answered comes once more, and nothing else does.
        assert len(receiver.taken) == BOOKS + 2
        api.delete(channel).raise_for_status()
