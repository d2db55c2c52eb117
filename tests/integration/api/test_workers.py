"""Which processes there are."""

from __future__ import annotations

from datetime import timedelta

from ohdio_core.work.stages import FOLLOWING
from tests.fixtures.api import Api


def test_a_live_worker_is_listed(api: Api) -> None:
    worker = api.engine.worker(threads=4)
    (view,) = api.get("/workers")["items"]
    assert (view["id"], view["service"], view["threads"]) == (str(worker.id), "downloader", 4)
    assert view["is_live"] is True


def test_a_silent_worker_is_not_live(api: Api) -> None:
    api.engine.worker()
    api.engine.pass_time(timedelta(minutes=1))
    (view,) = api.get("/workers")["items"]
    assert view["is_live"] is False


def test_a_worker_that_checks_what_is_followed_names_it(api: Api) -> None:
    api.http.post("/follows", json={"url": "https://podcasts.example/phare/feed.xml"})
    checks = api.engine.at(FOLLOWING)
    worker = checks.worker()
    (follow,) = checks.admit()
    assert checks.claim(follow, worker) is not None
    (view,) = api.get("/workers")["items"]
    assert [each["title"] for each in view["running"]] == ["https://podcasts.example/phare/feed.xml"]
