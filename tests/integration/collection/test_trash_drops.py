"""What is to be deleted from the trash for good."""

from __future__ import annotations

from ohdio_core.collection import trash_drops
from tests.fixtures.engine import Engine


def test_what_is_next_of_very_much_is_found_without_sorting_all_of_it(engine: Engine) -> None:
    engine.execute(
        "INSERT INTO trash_drops (key, due_at) "
        "SELECT md5(n::text), now() - n * interval '1 s' FROM generate_series(1, 20000) AS n"
    )
    engine.execute("ANALYZE trash_drops")
    plan = "\n".join(row[0] for row in engine.rows(f"EXPLAIN {trash_drops._FIND_DUE}", most=20))
    assert "ix_trash_drops_due_at" in plan
    assert "Sort" not in plan
