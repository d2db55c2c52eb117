"""Many follows: which of them are due is read from an index, however many are not."""

from __future__ import annotations

from ohdio_core.work import sweep
from ohdio_core.work.stages import FOLLOWING
from tests.benchmarks.follows import insert_follows
from tests.fixtures.engine import Engine


def test_those_whose_time_has_come_are_read_from_the_index(engine: Engine) -> None:
    insert_follows(engine, 3_000)
    engine.execute("UPDATE follows SET next_attempt_at = now() - interval '1 s' WHERE id % 1000 = 0")

    plan = "\n".join(row[0] for row in engine.rows(f"EXPLAIN (ANALYZE) {sweep._PROMOTE[FOLLOWING.name]}"))

    assert "Index Cond: (next_attempt_at <=" in plan
    assert "Rows Removed by Filter" not in plan
