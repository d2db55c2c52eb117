"""What tests of the stack do and look at."""

from __future__ import annotations

from devservers.containers.engine import Engine
from devservers.errors import ServerUnavailable
from tests.containers.stack import Stack
from tests.e2e.shelf import Shelf
from tests.fixtures.product import fresh_category
from tests.sites.catalogue import SimBook

#: 160 kB a book.
SECONDS = 20.0
RATE = 40_000.0


def collect(stack: Stack, books: int, *, seconds: float = SECONDS, rate: float = RATE) -> list[SimBook]:
    catalogue = fresh_category(books, seconds=seconds, rate=rate)
    stack.origin.offer(catalogue)
    stack.collect(catalogue)
    return list(catalogue.books)


def assert_all_complete(stack: Stack, books: list[SimBook], *, within: float, more_bytes: float = 0.0) -> None:
    stack.wait_until_settled(len(books), within=within)
    assert {item["status"] for item in stack.api.items()} == {"completed"}
    Shelf(stack.library).assert_sound(books)
    assert Shelf(stack.library).unfinished() == []
    weight = stack.origin.weight()
    assert weight <= stack.origin.stats().media_bytes <= weight * (1 + more_bytes)


def bytes_flow(stack: Stack) -> None:
    """Wait until three books are in the middle of their files."""
    in_flight = stack.origin.wait_for_in_flight(3)
    stack.wait_until(
        lambda: all(stack.origin.stats().books[book].bytes > 80_000 for book in in_flight), 30, "bytes flow"
    )


def complaint(engine: Engine, container: str) -> str:
    """Run the health check of a container's image; return what that complains of, nothing where all is well."""
    kind, *check = engine.inspect(container)["Config"]["Healthcheck"]["Test"]
    assert kind == "CMD"
    try:
        engine.run("exec", container, *check)
    except ServerUnavailable as found:
        return str(found)
    return ""
