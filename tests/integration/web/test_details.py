"""What a row says when it is opened, without a script."""

from __future__ import annotations

import pytest

from ohdio_api.queue.service import QueueService
from ohdio_core.errors import PermanentError, TransientError
from ohdio_core.sentences import sentence
from ohdio_core.work.outcome import outcome_of
from tests.fixtures.api import Api
from tests.integration.web.test_home import BROWSER, titled, visit

_CUT = outcome_of(TransientError(sentence("test.cut", "{site} broke the connection.", site="stories.example")))
_GONE = outcome_of(PermanentError(sentence("test.gone", "The file is gone.")))


def failed(api: Api) -> int:
    """Return an item that failed once, and then for good."""
    (item,) = titled(api, "One")
    api.engine.worker()
    api.engine.finish(api.engine.admit_and_start(), _CUT, progress=500, received=800)
    api.engine.execute("UPDATE queue_items SET next_attempt_at = NULL")
    api.engine.finish(api.engine.admit_and_start(), _GONE, progress=500)
    return item


def test_every_attempt_with_its_reason_the_last_one_first(api: Api) -> None:
    item = failed(api)
    last, first = visit(api, f"/?open={item}").texts(".attempts li")
    assert "Download: failed for good" in last
    assert last.endswith("The file is gone.")
    assert "failed, tried again 800 B" in first
    assert first.endswith("stories.example broke the connection.")


def test_the_parts_that_are_there(api: Api) -> None:
    (item,) = titled(api, "One")
    api.engine.execute("DELETE FROM book_parts")
    api.engine.execute(
        "INSERT INTO book_parts (audiobook_id, index, external_id, title, duration_seconds) "
        "SELECT audiobook_id, n, n::text, 'Chapter ' || n, 600 FROM queue_items, generate_series(0, 2) AS n"
    )
    api.engine.execute("UPDATE queue_items SET parts_done = 2, parts_total = 3")
    said = visit(api, f"/?open={item}").texts(".contents li")
    assert said == ["Chapter 0 10 min · there", "Chapter 1 10 min · there", "Chapter 2 10 min"]


def test_a_second_press_closes_it_and_keeps_the_place_in_the_list(api: Api) -> None:
    items = titled(api, *(f"Book {number:02}" for number in range(60)))
    second = visit(api, "/?sort=title").one(".pager a[rel=next]").get("href")
    opened = visit(api, second).one(f"#item-{items[55]} .title a").get("href")
    page = visit(api, opened)
    assert len(page.all(f"#item-{items[55]} .details")) == 1
    closing = page.one(f"#item-{items[55]} .title a")
    assert (closing.get("href"), closing.get("aria-expanded")) == (second, "true")


def test_only_one_is_open(api: Api) -> None:
    one, two = titled(api, "One", "Two")
    page = visit(api, f"/?open={one}")
    assert visit(api, page.one(f"#item-{two} .title a").get("href")).texts(".details") != []
    assert len(page.all(".details")) == 1


@pytest.mark.parametrize(("opened", "status"), [("41", 200), ("0", 422), ("x", 422), ("1.0", 422), ("9" * 20, 422)])
def test_of_an_item_that_there_is_not(api: Api, opened: str, status: int) -> None:
    titled(api, "One")
    answer = api.outside.get(f"/?open={opened}", headers=BROWSER)
    assert (answer.status_code, 'class="details"' in answer.text) == (status, False)


def test_comes_with_the_row_that_a_script_reads_anew(api: Api) -> None:
    one, two = titled(api, "One", "Two")
    page = visit(api, f"/queue/rows?ids={one},{two}&open={one}")
    assert len(page.all(f"#item-{one} .details")) == 1
    assert len(page.all(".details")) == 1
    assert visit(api, f"/queue/rows?ids={one}").all(".details") == []
    assert visit(api, f"/queue/rows?ids={one}&open={two}").all(".details") == []


@pytest.mark.parametrize(("reads", "path"), [("page", "/?open={0}"), ("items", "/queue/rows?ids={0},{1}&open={0}")])
def test_of_an_item_that_is_removed_while_the_page_is_read(
    api: Api, monkeypatch: pytest.MonkeyPatch, reads: str, path: str
) -> None:
    one, two = titled(api, "One", "Two")
    read = getattr(QueueService, reads)

    def read_and_remove(queue: QueueService, *wanted: object, **options: object) -> object:
        found = read(queue, *wanted, **options)
        queue.delete(one)
        return found

    with monkeypatch.context() as patched:
        patched.setattr(QueueService, reads, read_and_remove)
        page = visit(api, path.format(one, two))
    assert page.all(".details") == []
    assert page.texts(f"#item-{two} .title bdi") == ["Two"]
    assert [item["id"] for item in api.get("/queue")["items"]] == [two]
