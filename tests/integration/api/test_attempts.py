"""What the API tells of the runs of a book."""

from __future__ import annotations

from ohdio_core.errors import TransientError
from ohdio_core.sentences import sentence
from ohdio_core.work.outcome import Done, outcome_of
from ohdio_core.work.stages import METADATA
from tests.fixtures.api import Api

_CUT = outcome_of(TransientError(sentence("test.cut", "{site} broke the connection.", site="stories.example")))


def test_downloads_and_descriptions_of_a_book_are_listed_the_newest_first(api: Api) -> None:
    api.engine.worker()
    (item_id,) = api.engine.items(1, is_ready=False)
    reading = api.engine.at(METADATA)
    reading.worker()
    reading.execute("INSERT INTO extractions (id, politeness_key) SELECT id, source FROM audiobooks")
    reading.finish(reading.admit_and_start(), Done())
    api.engine.execute("UPDATE queue_items SET is_ready = true")
    api.engine.finish(api.engine.admit_and_start(), _CUT, progress=500, received=800)
    api.engine.execute("UPDATE queue_items SET next_attempt_at = NULL")
    api.engine.finish(api.engine.admit_and_start(), Done(), progress=900, received=400)

    last, cut, described = api.get(f"/queue/items/{item_id}/attempts")["items"]

    assert [each["stage"] for each in (last, cut, described)] == ["download", "download", "description"]
    assert [each["outcome"] for each in (last, cut, described)] == ["completed", "attempt-failed", "completed"]
    assert (cut["bytes"], cut["attempt"], cut["host"], cut["times"]) == (800, 1, "here", 1)
    assert cut["reason"] == "stories.example broke the connection."
    assert cut["message"] == {"id": "test.cut", "values": {"site": "stories.example"}}
    assert (last["reason"], last["message"]) == (None, None)
    assert cut["began_at"] <= cut["ended_at"] <= last["began_at"]


def test_a_book_that_nothing_was_done_for_has_none(api: Api) -> None:
    (item_id,) = api.engine.items(1)
    assert api.get(f"/queue/items/{item_id}/attempts") == {"items": []}


def test_an_item_that_there_is_not_is_missing(api: Api) -> None:
    answer = api.http.get("/queue/items/123456/attempts")
    assert (answer.status_code, answer.json()["message"]["id"]) == (404, "queue.no_such_item")
