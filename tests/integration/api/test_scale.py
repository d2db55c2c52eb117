"""A long queue: no list and no number may cost a look at every row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from psycopg import sql
from sqlalchemy import event, text

from ohdio_api.audiobooks.service import AudiobookService
from ohdio_api.conversions.service import ConversionService
from ohdio_api.library.service import LibraryService
from ohdio_api.queue.filter import QueueFilter
from ohdio_api.queue.selection import Selection
from ohdio_api.queue.service import QueueService
from ohdio_core.collection.conversions import TakenConversion
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.schemas.pages import Order
from ohdio_core.schemas.queue import ItemStatus, QueueItemView, QueueSort
from ohdio_core.sources.registry import SourceRegistry
from tests.fixtures.engine import Engine

ROWS = 50_000
ALL = Selection((), ())
#: A page of fifty and what belongs to them takes a few hundred; the tables have two thousand.
MOST_BLOCKS = 600
_OF_WORDS = "ix_audiobooks_words"
_PLANNED = text("SELECT generic_plans FROM pg_prepared_statements WHERE statement LIKE '%text_grams%'")
#: A statement is prepared at its fifth turn, and from the fifth after that planned for whatever values it may get.
OFTEN = 12


def fill(engine: Engine) -> None:
    """Queue many books: most of them without a title yet, few in the rarer states, in ten priorities."""
    engine.execute(
        """
        INSERT INTO audiobooks (url, source, external_id, title, authors, library_path)
        SELECT 'https://stories.example/' || n, 'stories', n::text,
               CASE WHEN n % 3 = 0 THEN 'Night ' || n || ' of ' || md5(n::text) END, ARRAY['Éditeur ' || n % 997],
               CASE WHEN n % 5 = 0 THEN 'Éditeur ' || n % 997 || '/Night ' || n END
        FROM generate_series(1, :rows) AS n
        """,
        rows=ROWS,
    )
    engine.execute(
        """
        INSERT INTO queue_items (audiobook_id, politeness_key, priority, progress, status)
        SELECT id, 'site-' || id % 7, id % 10, id,
               CASE WHEN id % 1000 = 1 THEN 'failed' WHEN id % 500 = 2 THEN 'paused' WHEN id % 5 = 0 THEN 'completed'
                    WHEN id % 5000 = 7 THEN 'processing' ELSE 'queued' END
        FROM audiobooks
        """
    )
    engine.execute(
        """
        INSERT INTO conversions (audiobook_id, form, is_paused, failed_at, remedy, holder, lease_until)
        SELECT id, CASE WHEN id % 3 = 0 THEN 'm4b' ELSE 'm4b-64k' END, id % 20 = 5,
               CASE WHEN id % 20 = 10 THEN now() - id * interval '1 s' END,
               CASE id % 40 WHEN 10 THEN 'keep' ELSE 'retry' END,
               CASE WHEN id = 15 THEN gen_random_uuid() END,
               CASE WHEN id = 15 THEN now() + interval '1 hour' END
        FROM audiobooks WHERE id % 5 = 0
        """
    )
    engine.execute("ANALYZE")


class Plans:
    """Reads with the API's own statements, and keeps what PostgreSQL did for each."""

    def __init__(self, engine: Engine, library: Path) -> None:
        self.engine = engine
        self.queue = QueueService(engine.database, FolderLibrary(library), engine.timing)
        self.blocks: list[int] = []
        self.scanned: set[str] = set()
        self.indexes: set[str] = set()
        self._looking = (engine.database.engine, "before_cursor_execute", self._look)
        event.listen(*self._looking)

    def read_often(self, read: Callable[[], object]) -> int:
        """Read until PostgreSQL plans for whatever values there may be, and return the blocks that it reads then."""
        self.end()
        blocks: list[int] = []

        def look(connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
            blocks.append(_blocks(_explain_prepared(connection.connection, statement, parameters)))

        for _ in range(OFTEN):
            read()
        event.listen(self.engine.database.engine, "before_cursor_execute", look)
        read()
        event.remove(self.engine.database.engine, "before_cursor_execute", look)
        return max(blocks)

    def end(self) -> None:
        """Look at no further statements."""
        if event.contains(*self._looking):
            event.remove(*self._looking)

    def _look(self, connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        with connection.connection.cursor() as explaining:
            explaining.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", parameters)
            ((((explained,),)),) = explaining.fetchall()
        plan = explained["Plan"]
        self.blocks.append(_blocks(plan))
        self.scanned |= {node["Relation Name"] for node in _nodes(plan) if node["Node Type"] == "Seq Scan"}
        self.indexes |= {node["Index Name"] for node in _nodes(plan) if "Index Name" in node}

    def pages(
        self, count: int, sort: QueueSort, order: Order, status: ItemStatus | None = None, words: str | None = None
    ) -> list[QueueItemView]:
        """Read so many pages, one after another."""
        items, cursor = [], None
        for _ in range(count):
            page = self.queue.page(
                QueueFilter(ALL, () if status is None else (status,), words=words),
                sort=sort,
                order=order,
                cursor=cursor,
                limit=50,
            )
            items += page.items
            cursor = page.next
            if cursor is None:
                break
        return items


def _blocks(plan: dict[str, Any]) -> int:
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def _explain_prepared(connection: Any, statement: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the plan that a connection uses for a statement it has prepared."""
    values = [sql.Literal(parameters[name]) for name in dict.fromkeys(re.findall(r"%\((\w+)\)s", statement))]
    asked = re.sub(r"%\((\w+)\)s", "", statement)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, statement FROM pg_prepared_statements")
        (name,) = (name for name, prepared in cursor.fetchall() if re.sub(r"\$\d+", "", prepared) == asked)
        given = sql.SQL("({})").format(sql.SQL(", ").join(values)) if values else sql.SQL("")
        explain = sql.SQL("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE {}{}")
        cursor.execute(explain.format(sql.Identifier(name), given))
        ((((explained,),)),) = cursor.fetchall()
    plan: dict[str, Any] = explained["Plan"]
    return plan


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


@pytest.fixture
def plans(engine: Engine, tmp_path: Path) -> Iterator[Plans]:
    fill(engine)
    plans = Plans(engine, tmp_path)
    yield plans
    plans.end()


def test_whatever_is_read_of_a_long_queue_reads_little_of_it(engine: Engine, plans: Plans) -> None:
    for sort, order, status in product(QueueSort, Order, (None, *ItemStatus)):
        items = plans.pages(3, sort, order, status)
        there = {"processing": ROWS // 5000, "failed": ROWS // 1000, "paused": ROWS // 500}
        assert len(items) == min(150, there.get(status or "", 150))
        assert max(plans.blocks) < MOST_BLOCKS, (sort, order, status)
    stats = plans.queue.stats()
    progress = plans.queue.progress(ALL)

    assert (stats.total, stats.failed, stats.paused) == (ROWS, ROWS // 1000, ROWS // 500)
    assert (progress.total, progress.failed) == (stats.total, stats.failed)
    assert progress.next is not None
    assert progress.next.priority == 9
    assert max(plans.blocks) < MOST_BLOCKS
    assert not plans.scanned & {"queue_items", "audiobooks"}

    for words, sort in product(("no such words", "editeur 996", "ÉDITEUR 996", "Night 49998 of", "oz", "q"), QueueSort):
        found = plans.pages(1, sort, Order.ASC, words=words)
        assert len(found) == {"no such words": 0, "Night 49998 of": 1, "oz": 0, "q": 0}.get(words, 50)
    assert not plans.scanned & {"queue_items", "audiobooks"}
    assert _OF_WORDS in plans.indexes

    # What all books have goes by the order of the list, also once PostgreSQL knows the statement.
    plans.indexes.clear()
    plans.blocks.clear()
    for _ in range(12):
        assert len(plans.pages(1, QueueSort.ADDED, Order.ASC, words="editeur")) == 50
    assert _OF_WORDS not in plans.indexes
    assert max(plans.blocks) < 2 * MOST_BLOCKS
    # What few have is planned each time by the words that are looked for.
    for _ in range(12):
        assert len(plans.pages(1, QueueSort.ADDED, Order.ASC, words="editeur 996")) == 50
    assert _OF_WORDS in plans.indexes
    with engine.database.reading() as session:
        planned = session.execute(_PLANNED).all()
    assert planned
    assert not any(statement.generic_plans for statement in planned)

    converting, cursor = ConversionService(engine.database), None
    plans.blocks.clear()
    plans.scanned.clear()
    for failed_first in (False, True):
        for _ in range(3):
            listed = converting.page(cursor=cursor, limit=50, failed_first=failed_first)
            cursor = listed.next
            assert len(listed.items) == 50
        cursor = None
    with engine.database.unit_of_work() as work:
        assert TakenConversion.take(work, uuid4()) is not None
    assert max(plans.blocks) < MOST_BLOCKS
    assert not plans.scanned & {"conversions", "audiobooks"}

    (some,) = engine.rows("SELECT array_agg(audiobook_id) AS ids FROM queue_items WHERE id <= 40")
    plans.blocks.clear()
    page = plans.queue.page(
        QueueFilter(Selection((1, 2), tuple(some.ids))), sort=QueueSort.ADDED, order=Order.ASC, cursor=None, limit=50
    )
    assert len(page.items) == 40
    assert max(plans.blocks) < MOST_BLOCKS


def test_what_is_read_again_and_again_reads_as_little(plans: Plans) -> None:
    def page(*statuses: ItemStatus, sort: QueueSort = QueueSort.PRIORITY) -> object:
        return plans.queue.page(QueueFilter(ALL, statuses), sort=sort, order=Order.ASC, cursor=None, limit=50)

    rare = (ItemStatus.PAUSED, ItemStatus.FAILED)
    reads: dict[str, Callable[[], object]] = {
        "running": lambda: plans.queue.running(24),
        "frame": lambda: plans.queue.frame(256),
        "progress": lambda: plans.queue.progress(ALL),
        "waiting": lambda: page(ItemStatus.QUEUED, ItemStatus.PAUSED),
        "rare": lambda: page(*rare),
        "rare by title": lambda: page(*rare, sort=QueueSort.TITLE),
        "failed": lambda: page(ItemStatus.FAILED, sort=QueueSort.ADDED),
    }
    blocks = {name: plans.read_often(read) for name, read in reads.items()}

    # Two lists at most are merged, a page of each.
    assert {name: most for name, most in blocks.items() if most >= 2 * MOST_BLOCKS} == {}


def test_what_is_missing_is_found_without_sorting_the_library(engine: Engine, plans: Plans, tmp_path: Path) -> None:
    (tmp_path / ".ohdio-library").touch()
    registry, library = SourceRegistry(), FolderLibrary(tmp_path)
    service = LibraryService(engine.database, registry, library, AudiobookService(engine.database, registry, library))

    missing = service.missing("Night 49995 of")

    assert [book.url for book in missing.items] == ["https://stories.example/49995"]
    assert "ix_audiobooks_library_path" in plans.indexes


class TestTheNumberOfItems:
    """It is kept by triggers, and exact whatever happens."""

    def counted(self, engine: Engine) -> dict[str, int]:
        rows = engine.rows(
            "SELECT status, sum(items)::bigint AS items FROM queue_counts GROUP BY status HAVING sum(items) <> 0"
        )
        return {row.status: row.items for row in rows}

    def test_follows_every_change(self, engine: Engine) -> None:
        items = engine.items(9)
        engine.execute("UPDATE queue_items SET status = 'completed' WHERE id = ANY(:ids)", ids=items[:2])
        engine.execute("UPDATE queue_items SET status = 'paused' WHERE id = :id", id=items[3])
        engine.execute("UPDATE queue_items SET priority = 7")
        engine.execute("DELETE FROM queue_items WHERE id = :id", id=items[0])
        engine.execute(
            "DELETE FROM audiobooks WHERE id = (SELECT audiobook_id FROM queue_items WHERE id = :id)", id=items[8]
        )

        assert self.counted(engine) == {"queued": 5, "completed": 1, "paused": 1}

        engine.execute("TRUNCATE queue_items CASCADE")
        assert self.counted(engine) == {}

    def test_is_the_same_after_the_sweep_has_folded_it(self, engine: Engine) -> None:
        for _ in range(150):
            engine.items(1)
        before = engine.value("SELECT count(*) FROM queue_counts")

        engine.sweep()

        assert before >= 150
        assert engine.value("SELECT count(*) FROM queue_counts") == 1
        assert self.counted(engine) == {"queued": 150}


def test_a_title_that_is_learnt_later_finds_its_place(engine: Engine, tmp_path: Path) -> None:
    first, second, third = engine.items(3)
    for item, title in ((first, "Winter"), (second, "autumn"), (third, None)):
        engine.execute(
            "UPDATE audiobooks SET title = :title WHERE id = (SELECT audiobook_id FROM queue_items WHERE id = :id)",
            title=title,
            id=item,
        )

    service = QueueService(engine.database, FolderLibrary(tmp_path), engine.timing)
    items = service.page(QueueFilter(ALL), sort=QueueSort.TITLE, order=Order.ASC, cursor=None, limit=50).items

    assert [item.id for item in items] == [third, second, first]
