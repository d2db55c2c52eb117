"""``ohdio trace``, run as a process that talks to a running API."""

from __future__ import annotations

import json

from ohdio_core.errors import TransientError
from ohdio_core.sentences import legacy
from ohdio_core.work.outcome import outcome_of
from tests.fixtures.api import Api
from tests.integration.command.running import ohdio

_CUT = outcome_of(TransientError(legacy("The connection was cut.")))


def test_tells_the_story_of_a_book_that_is_named_by_words(api: Api) -> None:
    api.engine.worker()
    api.engine.titled("Le phare", "Le talus")
    claimed = api.engine.admit_and_start()
    api.engine.finish(claimed, _CUT, received=2_500_000)

    lines = ohdio(api, "trace", "phare").stdout.splitlines()

    assert lines[0] == "Le phare"
    assert lines[1] == f"trace {api.engine.row(claimed.id).trace_id.hex}"
    assert lines[2].split() == ["when", "what", "how", "took", "got", "where"]
    assert "its link was added" in lines[3]
    assert "download" in lines[4]
    assert "the attempt failed: The connection was cut." in lines[4]
    assert lines[4].endswith("2.5 MB  here")
    assert "it waits: " in lines[5]


def test_lists_the_books_that_words_may_mean(api: Api) -> None:
    api.engine.titled("Le phare", "Le talus")

    said = ohdio(api, "trace", "le", code=2).stderr

    assert "It may be one of 2 books" in said
    assert "Le phare" in said
    assert "Le talus" in said


def test_tells_it_as_json(api: Api) -> None:
    (item,) = api.engine.titled("Le phare")

    told = json.loads(ohdio(api, "trace", str(item), "--json").stdout)

    assert told["audiobook_id"] == api.book_of(item)
    assert told["events"][0]["kind"] == "added"
