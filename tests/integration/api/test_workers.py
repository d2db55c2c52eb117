"""Which processes there are."""

from __future__ import annotations

from datetime import timedelta

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
