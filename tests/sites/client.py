"""A typed client of the simulated sites: starts them as a process of their own, arranges them, asks the witness."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.sites import hosts, ohdio
from tests.sites.catalogue import Catalogue, SimBook, SimCategory, SimFeed
from tests.sites.faults import Fault, FaultTarget, RequestKind
from tests.sites.witness import BookRecord, Exchange, PathRecord

_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Stats:
    """What the witness has seen since the start or the last reset. Times are those of ``time.monotonic()``."""

    now: float
    requests: int
    media_requests: int
    bytes: int  #: of all answers' bodies
    media_bytes: int
    in_flight: int  #: books with a media request in flight
    peak: int  #: the most at once
    books: dict[int, BookRecord]
    paths: dict[str, PathRecord]


class SimOrigin:
    """The simulated sites, in a process that ends with this one."""

    def __init__(self, process: subprocess.Popen[str], port: int, host: str = "127.0.0.1") -> None:
        self._process = process
        self.host = host
        self.port = port

    @classmethod
    def start(
        cls, cache_dir: Path, catalogue: Catalogue | None = None, *, port: int = 0, host: str = "127.0.0.1"
    ) -> Self:
        """Start the process and return as soon as it answers.

        Args:
            cache_dir: Where encoded recordings are kept; making them takes half a second.
            catalogue: What is offered; nothing unless given.
            port: Where it listens; 0 takes a free one.
            host: An address of this machine, by which those who are to read the sites reach them.

        Raises:
            RuntimeError: It did not start; its own words are on standard error.
        """
        listening = ("--host", host, "--port", str(port))
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.sites", "--cache", str(cache_dir), *listening, "--until-stdin-ends"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"The simulated sites ended at once, with code {process.wait()}.")
        origin = cls(process, int(line), host)
        if catalogue is not None:
            origin.offer(catalogue)
        return origin

    def stop(self) -> None:
        """End the process and wait for its end. Twice is once."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._process.wait(timeout=10)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Where the process itself listens."""
        return f"http://{self.host}:{self.port}"

    def overrides(self) -> str:
        """The value of ``OHDIO_HOST_OVERRIDES`` that sends every simulated host here."""
        return ",".join(f"{host}={self.url}" for host in hosts.ALL)

    def category_url(self, category: SimCategory) -> str:
        """The link that a person would paste for this category."""
        return f"https://{hosts.PAGES}{ohdio.ROOT}{category.path}"

    def book_url(self, book: SimBook) -> str:
        """The link that a person would paste for this book."""
        return f"https://{hosts.PAGES}{ohdio.ROOT}{book.path}"

    def feed_url(self, feed: SimFeed) -> str:
        """The link that a person would paste for this feed."""
        return f"https://{hosts.FEEDS}{feed.path}"

    def offer(self, catalogue: Catalogue) -> None:
        """Offer another catalogue from now on, and reset everything else."""
        self._tell("catalogue", catalogue.to_json())

    def reset(self) -> None:
        """Forget what was seen, release what is held, and go back to the catalogue's rate and faults.

        A request that is in flight goes on, unseen by the new witness.
        """
        self._tell("reset", None)

    def fail(self, target: SimBook | FaultTarget, fault: Fault) -> None:
        """Arm a fault; those of one target follow one another.

        Args:
            target: A book or its id; a path (with or without a query), whatever it is for; None for every
                request of the fault's kind.
            fault: What goes wrong.
        """
        aim = target.id if isinstance(target, SimBook) else target
        self._tell("faults", {"target": aim, "fault": fault.to_json()})

    def heal(self) -> None:
        """Disarm every fault."""
        self._ask("DELETE", "faults")

    def limit_rate(self, bytes_per_second: float | None) -> None:
        """Send each media answer at this rate, those in flight too; None lifts the limit."""
        self._tell("rate", {"bytes_per_second": bytes_per_second})

    def hold(self, books: Iterable[SimBook] | None = None, *, after_bytes: int = 0) -> None:
        """Stop media answers of these books, or of all, once so many bytes of each body are out."""
        self._tell("hold", {"books": _ids(books), "after_bytes": after_bytes})

    def release(self, books: Iterable[SimBook] | None = None) -> None:
        """Release these books, or all; a book that is released while all are held stays free."""
        self._tell("release", {"books": _ids(books)})

    def stats(self) -> Stats:
        """What was seen so far."""
        seen = self._ask("GET", "stats")
        return Stats(
            **{
                **seen,
                "books": {int(book): BookRecord(**record) for book, record in seen["books"].items()},
                "paths": {path: PathRecord(**record) for path, record in seen["paths"].items()},
            }
        )

    def peak(self) -> int:
        """The most books that had a media request in flight at once."""
        return self.stats().peak

    def in_flight(self) -> frozenset[int]:
        """The books that have a media request in flight now."""
        return frozenset(book for book, record in self.stats().books.items() if record.in_flight)

    def exchanges(self, kind: RequestKind | None = None) -> list[Exchange]:
        """Every request of this kind, or of all kinds, in the order of arrival."""
        seen = self._ask("GET", "requests" if kind is None else f"requests?kind={kind}")
        return [Exchange(**{**each, "kind": RequestKind(each["kind"])}) for each in seen]

    def timeline(self) -> list[tuple[float, int]]:
        """How many books were in flight from each moment on."""
        return [(moment, count) for moment, count in self._ask("GET", "timeline")]

    def media_bytes_since(self, moment: float) -> int:
        """Media bytes sent after a moment of ``time.monotonic()``, at most 10 ms before it included."""
        sent: int = self._ask("GET", f"flow?since={moment!r}")
        return sent

    def weight(self) -> int:
        """How many bytes it takes to fetch once each file of every book that was asked for."""
        weight: int = self._ask("GET", "weight")
        return weight

    def wait_for_in_flight(self, count: int, *, timeout: float = 30.0) -> frozenset[int]:
        """Wait until exactly so many books have a media request in flight, and name them.

        Raises:
            TimeoutError: It did not come to that.
        """
        deadline = time.monotonic() + timeout
        while len(books := self.in_flight()) != count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(books)} books were in flight after {timeout:g} s, not {count}.")
            time.sleep(0.01)
        return books

    def _tell(self, order: str, payload: Any) -> None:
        self._ask("POST", order, payload)

    def _ask(self, method: str, question: str, payload: Any = None) -> Any:
        # A connection each: tests ask from several threads, and kept connections would need a lock.
        connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
        try:
            body = None if payload is None else json.dumps(payload)
            connection.request(method, f"/_sim/{question}", body, {"Connection": "close"})
            response = connection.getresponse()
            answer = json.loads(response.read())
        finally:
            connection.close()
        if response.status != 200:
            raise ValueError(f"The simulated sites refuse: {answer['error']}")
        return answer


def _ids(books: Iterable[SimBook] | None) -> list[int] | None:
    return None if books is None else [book.id for book in books]
