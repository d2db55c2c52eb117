"""What following costs: ``python -m tests.benchmarks.follows [FOLLOWS]``.

Choosing those that are due among 100,000 follows: making those due whose time has come, and admitting them, until none
is left, by the clock and in CPU time of both sides, which other work on the machine changes less; and a check of a feed
that has not changed, of the thread that checks it, without the servers.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from statistics import mean, median
from typing import NamedTuple

from devservers.postgres import PostgresServer
from ohdio_core.db.migrate import upgrade
from ohdio_core.logging import configure_logging
from ohdio_core.sources.http import ClientSettings, HttpClientFactory
from ohdio_core.work.stages import FOLLOWING
from tests.fixtures.engine import Engine
from tests.integration.scraper.following import PATH, Following, episode
from tests.integration.sources.origin import scripted_origin, send
from tests.unit.sources.rss.documents import rss

_TIMES = 100
_SITES = 5_000


class Cost(NamedTuple):
    """What choosing has cost, in seconds."""

    took: float
    cpu: float  #: of PostgreSQL and of the thread that asks it


def insert_follows(engine: Engine, count: int) -> None:
    """Insert follows of many sites, none of which is due within the hour."""
    engine.execute(
        "INSERT INTO follows (url, source, external_id, politeness_key, take, has_begun, next_attempt_at) "
        "SELECT 'https://site/' || n, 'rss', CAST(n AS text), 'site-' || mod(n, :sites), 'new', true, "
        "now() + interval '1 h' + mod(n, 20000) * interval '1 s' FROM generate_series(1, :count) AS n",
        sites=_SITES,
        count=count,
    )
    engine.execute("ANALYZE")


def choose(engine: Engine, postgres: PostgresServer, due: int) -> Cost:
    """Make so many follows due, and return what it costs to choose them."""
    engine.execute(
        "UPDATE follows SET next_attempt_at = now() - interval '1 s' WHERE id IN "
        "(SELECT id FROM follows WHERE next_attempt_at > now() ORDER BY next_attempt_at DESC LIMIT :due)",
        due=due,
    )
    used, began = postgres.cpu_seconds() + time.thread_time(), time.perf_counter()
    engine.sweep()
    assert engine.admit()
    took = time.perf_counter() - began
    cost = Cost(took, postgres.cpu_seconds() + time.thread_time() - used)
    engine.execute(
        "UPDATE follows SET status = 'queued', admitted_at = NULL, sent_at = NULL, "
        "next_attempt_at = now() + interval '1 h' WHERE next_attempt_at IS NULL"
    )
    engine.execute("DELETE FROM turns")
    return cost


def check_unchanged(
    engine: Engine, folder: Path, reply: Callable[[BaseHTTPRequestHandler], None]
) -> tuple[float, float]:
    """Return the CPU seconds of a check of an unchanged feed, with all that is written after it: median and least."""
    with scripted_origin() as origin:
        clients = HttpClientFactory(ClientSettings(host_overrides={"podcasts.example": origin.url}))
        following = Following(engine, origin, clients, folder)
        origin.answers[PATH] = reply
        follow = following.follow()
        took = []
        for _ in range(_TIMES):
            began = time.thread_time()
            following.check(follow)
            took.append(time.thread_time() - began)
        clients.close()
    return median(took), min(took)


def _by_etag(handler: BaseHTTPRequestHandler) -> None:
    if handler.headers.get("If-None-Match"):
        send(handler, status=304)
    else:
        send(handler, _FEED, headers={"ETag": '"one"'})


def _by_hash(handler: BaseHTTPRequestHandler) -> None:
    send(handler, _FEED)


_FEED = rss(*(episode(1 + day % 28, guid=str(day)) for day in range(300)))


def main() -> None:
    """Measure both, and print them."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    configure_logging(level="warning")
    with tempfile.TemporaryDirectory() as folder, PostgresServer(Path(folder) / "postgres") as postgres:
        postgres.create_database("bench")
        upgrade(postgres.url("bench"))
        engine = Engine(postgres.url("bench")).at(FOLLOWING)
        for name, reply in (("304", _by_etag), (f"the same {len(_FEED) // 1000} kB", _by_hash)):
            middle, best = (1000 * took for took in check_unchanged(engine, Path(folder) / "library", reply))
            print(f"a check of a feed that answers {name}: {middle:.1f} ms CPU, {best:.1f} at best")
            engine.execute("DELETE FROM follows")
        engine.worker(threads=2)
        insert_follows(engine, count)
        costs = []
        for _ in range(_TIMES):
            engine.keep_workers_alive()
            costs.append(choose(engine, postgres, due=5))
        took_each = sorted(cost.took for cost in costs)
        middle, best, worst = (1000 * took for took in (median(took_each), took_each[0], took_each[-1]))
        print(f"choosing what is due of {count:,} follows: {middle:.1f} ms, {best:.1f} at best, {worst:.1f} at worst")
        print(f"its CPU time: {1000 * mean(cost.cpu for cost in costs):.1f} ms")


if __name__ == "__main__":
    main()
