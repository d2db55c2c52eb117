from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from statistics import median

import pytest
from sqlalchemy import text

from ohdio_core.collection import control
from ohdio_core.sources.http import ClientSettings, HttpClientFactory
from ohdio_core.sources.registry import SourceRegistry
from ohdio_core.work.admit import Admission
from ohdio_core.work.beat import Heartbeat, WorkerIdentity
from ohdio_core.work.claim import Claim
from ohdio_core.work.finish import finish
from ohdio_core.work.outcome import Done
from ohdio_core.work.relay import take_next
from ohdio_core.work.run_history import RunReport
from ohdio_core.work.runner import Runner
from ohdio_core.work.stages import METADATA
from ohdio_metadata.service import MetadataService
from tests.fixtures.engine import Engine

ROWS = 1_000_000
ONE_RANKED_OF = 101  # rows; of every site some
CLOSED = "closed.example"
FEWER = 200_000  # of which a site's are so many still that reading them all would show
ADMISSIONS = 100
MOST_TOGETHER = 16
#: In shortest transactions, twice and more of what they take; reading all rows of a site would take hundreds.
ADMISSION_TAKES = 20
PASSING_ON_TAKES = 6


def fill(engine: Engine, sources: int, rows: int = ROWS) -> None:
    """Queue so many items: a fifth of one closed site, the rest of ``sources`` others, in ten priorities.

    They come after others, a fifth as many, that are done already.
    """
    indexes = engine.rows(
        "SELECT indexname AS name, indexdef AS made_by FROM pg_indexes "
        "WHERE tablename = 'queue_items' AND indexname NOT IN (SELECT conname FROM pg_constraint)"
    )
    with engine.database.unit_of_work() as work:
        # Made again once the rows are there, in a fifth of the time.
        for index in indexes:
            work.session.execute(text(f"DROP INDEX {index.name}"))
        # Without the million audiobooks, which admission never looks at.
        work.session.execute(text("SET LOCAL session_replication_role = replica"))
        work.session.execute(text("SET LOCAL statement_timeout = 0"))
        work.session.execute(
            text(
                """
                INSERT INTO queue_items (audiobook_id, politeness_key, priority, status)
                SELECT done + n,
                       CASE WHEN n BETWEEN 1 AND :closed_rows THEN :closed ELSE 'site-' || abs(n) % :sources END,
                       abs(n) % 10, CASE WHEN n > 0 THEN 'queued' ELSE 'completed' END
                FROM (SELECT CAST(:done AS integer) AS done) AS constants, generate_series(1 - done, :rows) AS n
                """
            ),
            {"done": rows // 5, "rows": rows, "closed_rows": rows // 5, "closed": CLOSED, "sources": sources},
        )
        for index in indexes:
            work.session.execute(text(index.made_by))
    engine.execute(
        "INSERT INTO turns (stage, politeness_key, ready_priority) "
        "SELECT 'downloads', politeness_key, max(urgency(priority, rank)) FROM queue_items "
        "WHERE status = 'queued' GROUP BY politeness_key"
    )
    engine.execute(
        "INSERT INTO hosts (politeness_key, closed_until) VALUES (:closed, now() + interval '1 day')", closed=CLOSED
    )
    engine.execute("ANALYZE")


def rank_some(engine: Engine, rows: int = ROWS) -> None:
    """Set ranks on one in a hundred of these items, neither in the order of the rows nor in that of their sites."""
    engine.execute(
        "UPDATE queue_items SET rank = id * 7919 % :rows "
        "WHERE id % :one_of = 0 AND status = 'queued' AND politeness_key <> :closed",
        rows=rows,
        one_of=ONE_RANKED_OF,
        closed=CLOSED,
    )
    engine.execute("ANALYZE queue_items, turns")


class Times:
    """What something took a hundred times, each beside the shortest transaction there is: how busy it is here."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.own: list[float] = []
        self._least: list[float] = []

    @contextmanager
    def measured(self) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.own.append(time.perf_counter() - began)

    def measure_the_least(self) -> None:
        began = time.perf_counter()
        self._engine.execute("SELECT FROM queue_control FOR UPDATE")
        self._least.append(time.perf_counter() - began)

    @property
    def p99(self) -> timedelta:
        return timedelta(seconds=_p99(self.own))

    @property
    def in_transactions(self) -> float:
        """How many of the shortest transactions it takes, whatever else this machine does: by the medians of both."""
        return median(self.own) / median(self._least)


def least(batches: list[Times]) -> float:
    """Return what the least disturbed of these took."""
    return min(batch.in_transactions for batch in batches)


def quickest(batches: list[Times]) -> timedelta:
    """Return the shortest time of all of these, which nothing has disturbed: to be compared within one run."""
    return timedelta(seconds=min(min(batch.own) for batch in batches))


def _p99(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.99) - 1]


def times_of_admission(engine: Engine) -> Times:
    """Admit a hundred times, each after a slot has become free."""
    admission = Admission(engine.stage, engine.timing)
    times = Times(engine)
    for _ in range(ADMISSIONS):
        engine.execute("UPDATE workers SET beat_at = clock_timestamp()")
        times.measure_the_least()
        engine.execute(
            "UPDATE queue_items SET status = 'completed' "
            "WHERE id = (SELECT id FROM queue_items WHERE status = 'processing' LIMIT 1)"
        )
        with times.measured():
            admitted = admission.run(engine.database)
        assert admitted == 1
    return times


def claim(engine: Engine, row_id: int) -> Claim:
    """Claim a row that was admitted, or a more urgent one that was admitted before."""
    claimed = engine.claim(row_id)
    assert claimed is not None
    return claimed


def times_of_relay(engine: Engine) -> Times:
    """Pass a slot on a hundred times: what taking the next row takes."""
    worker = WorkerIdentity("downloader", 1)
    held = claim(engine, engine.value("SELECT min(id) FROM queue_items WHERE status = 'processing'"))
    times = Times(engine)
    for _ in range(ADMISSIONS):
        engine.execute("UPDATE workers SET beat_at = clock_timestamp()")
        times.measure_the_least()
        with engine.database.unit_of_work() as work:
            assert finish(work, engine.stage, held, Done(), RunReport(worker, progress=0))
            with times.measured():
                successor = take_next(work, engine.stage, worker_id=worker.id, timing=engine.timing)
        assert successor is not None
        held = successor
    engine.execute("UPDATE queue_items SET lease_token = NULL, lease_until = NULL WHERE id = :id", id=held.id)
    return times


class TestManyQueuedItems:
    @pytest.mark.full
    @pytest.mark.parametrize("sources", [5, 5000])
    @pytest.mark.parametrize("ranked", [False, True])
    def test_admission_takes_few_transactions(self, engine: Engine, sources: int, ranked: bool) -> None:
        fill(engine, sources)
        if ranked:
            rank_some(engine)
        engine.worker(threads=8)
        engine.order(control.set_limit, 3)
        engine.admit()

        # Whatever else this machine does may disturb one batch, hardly all.
        batches = [times_of_admission(engine) for _ in range(5)]
        print(f"admission at {ROWS:,} queued items, p99 of five batches: {[str(batch.p99) for batch in batches]}")

        assert least(batches) < ADMISSION_TAKES
        assert not engine.rows(
            "SELECT id FROM queue_items WHERE politeness_key = :closed AND status <> 'queued'", closed=CLOSED
        )

    @pytest.mark.parametrize("rows", [FEWER, pytest.param(ROWS, marks=pytest.mark.full)])
    def test_many_sources_cost_no_more(self, engine: Engine, rows: int) -> None:
        fill(engine, 5000, rows)
        engine.worker(threads=8)
        engine.order(control.set_limit, 3)
        engine.admit()

        batches = [times_of_admission(engine) for _ in range(5)]
        relays = [times_of_relay(engine) for _ in range(5)]
        print(f"admission with 5,000 sources, p99 of each batch: {[str(batch.p99) for batch in batches]}")
        print(f"passing a slot on, the same: {[str(batch.p99) for batch in relays]}")
        print(f"in shortest transactions: {least(batches):.1f} and {least(relays):.1f}")

        assert least(batches) < ADMISSION_TAKES
        assert least(relays) < PASSING_ON_TAKES

        # What a rank costs is two short statements: the turn of its site is to promise less from then on.
        rank_some(engine, rows)
        ranked = [times_of_admission(engine) for _ in range(5)]
        print(f"admission of rows with ranks, the same: {[str(batch.p99) for batch in ranked]}")
        assert quickest(ranked) < 2 * quickest(batches)


class TestAMillionDescriptions:
    @pytest.mark.full
    @pytest.mark.timeout(900)
    def test_a_batch_costs_as_little_as_among_a_thousand(self, engine: Engine) -> None:
        """Of those that a listing told whole; measured from the claim to the end."""
        describing = engine.at(METADATA)
        worker = describing.worker(threads=MOST_TOGETHER)

        def insert_told(count: int) -> None:
            with engine.database.unit_of_work() as work:
                # Without triggers, each of which would do its part a million times; the source's turn is there already.
                work.session.execute(text("SET LOCAL session_replication_role = replica"))
                work.session.execute(text("SET LOCAL statement_timeout = 0"))
                work.session.execute(
                    text(
                        """
                        WITH books AS (
                            INSERT INTO audiobooks (url, source, external_id, title)
                            SELECT 'https://stories.example/' || name, 'rss', name, name
                            FROM (SELECT gen_random_uuid()::text AS name FROM generate_series(1, :count)) AS names
                            RETURNING id
                        ), items AS (
                            INSERT INTO queue_items (audiobook_id, politeness_key, is_ready, stage)
                            SELECT id, 'stories.example', false, 'metadata' FROM books
                        )
                        INSERT INTO extractions (id, politeness_key, listed)
                        SELECT id, 'stories.example', CAST(:listed AS jsonb) FROM books
                        """
                    ),
                    {"count": count, "listed": '{"title": "Le phare", "parts": [{"index": 0, "external_id": "1"}]}'},
                )

        def seconds_of_batches() -> float:
            engine.execute("UPDATE workers SET beat_at = clock_timestamp()")
            service = MetadataService(
                engine.database, SourceRegistry(), HttpClientFactory(ClientSettings()), lambda *_: None
            )
            heartbeat = Heartbeat(engine.database, METADATA, worker, engine.timing)
            runner = Runner(
                engine.database,
                METADATA,
                heartbeat,
                engine.timing,
                service.describe,
                batch_work=service.describe_listed,
            )
            times = []
            for _ in range(20):
                first, *_ = describing.admit()
                began = time.perf_counter()
                runner.handle(first)
                times.append(time.perf_counter() - began)
            return sorted(times)[len(times) // 2]

        describing.extractions(1)
        insert_told(2_000)
        few = seconds_of_batches()
        insert_told(1_000_000)
        many = seconds_of_batches()
        print(f"what one message brings about among 2,000 descriptions {few:.3f} s, among a million {many:.3f} s")

        assert many < 3 * few
