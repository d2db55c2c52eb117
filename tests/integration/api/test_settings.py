"""Settings over HTTP: whence each value comes, what may be changed, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ohdio_core.work.stages import DOWNLOADS
from tests.fixtures.api import Api, serve
from tests.fixtures.workers import wait_until
from tests.unit.sources.rss.documents import item, rss

FEED = "https://stories.example/feed.xml"


def setting(api: Api, name: str) -> dict[str, Any]:
    """Read one setting."""
    (found,) = (each for each in api.get("/settings")["items"] if each["name"] == name)
    assert isinstance(found, dict)
    return found


def of(found: dict[str, Any]) -> tuple[Any, ...]:
    return found["value"], found["source"], found["is_changeable"]


def caller(api: Api) -> str:
    """Return what a gateway calls itself to sites."""
    api.origin.answer("/feed.xml", rss(item(1)))
    assert api.http.post("/preview", json={"url": FEED}).status_code == 200
    return api.origin.requests[-1].headers["user-agent"]


class TestList:
    def test_has_every_setting_of_every_service_with_what_it_is(self, api: Api) -> None:
        names = {each["name"] for each in api.get("/settings")["items"]}
        assert {"user_agent", "lease", "scraper_threads", "metadata_threads", "min_disk_space_mb", "port"} <= names
        found = setting(api, "min_disk_space_mb")
        assert found == {
            "name": "min_disk_space_mb",
            "variable": "MIN_DISK_SPACE_MB",
            "value": 1000,
            "default": 1000,
            "source": "default",
            "is_live": True,
            "is_changeable": True,
            "is_secret": False,
            "unit": "MiB",
            "description": "How much stays free on the disk, in MiB (1,048,576 bytes each)",
            "changed_at": None,
        }

    def test_shows_no_secret(self, guarded_api: Api) -> None:
        token = setting(guarded_api, "api_token")
        assert (token["value"], token["is_secret"], token["source"]) == (None, True, "environment")
        assert setting(guarded_api, "rabbitmq_url")["value"] == "amqp://…@127.0.0.1/"
        listed = json.dumps(guarded_api.get("/settings"))
        assert "hunter2" not in listed
        assert "a-secret-of-the-test" not in listed

    def test_has_a_value_that_only_the_environment_of_a_worker_sets(self, api: Api) -> None:
        api.engine.at(DOWNLOADS).worker()
        api.engine.execute(
            "UPDATE workers SET environment = CAST(:given AS jsonb)", given='{"stall": 90, "work_dir": "/work"}'
        )
        assert of(setting(api, "stall")) == (90, "environment", False)
        assert of(setting(api, "work_dir")) == ("/work", "environment", False)
        assert api.http.put("/settings/stall", json={"value": 20}).status_code == 409
        api.engine.execute("UPDATE workers SET beat_at = now() - interval '1 h'")
        assert of(setting(api, "stall")) == (30, "default", True)


class TestChange:
    def test_counts_at_once_and_until_it_is_reset(self, api: Api) -> None:
        answer = api.http.put("/settings/page_interval", json={"value": 2})
        assert (answer.status_code, of(answer.json())) == (200, (2, "database", True))
        assert answer.json()["changed_at"] is not None
        assert of(setting(api, "page_interval")) == (2, "database", True)
        reset = api.http.delete("/settings/page_interval")
        assert (reset.status_code, of(reset.json())) == (200, (0.5, "default", True))
        assert setting(api, "page_interval")["changed_at"] is None

    def test_is_heard_by_another_gateway(self, api: Api, tmp_path: Path) -> None:
        with serve(api.engine.url, tmp_path) as other:
            other.http.put("/settings/user_agent", json={"value": "Shelf/2"})
            assert setting(api, "user_agent")["value"] == "Shelf/2"
            wait_until(lambda: caller(api) == caller(other) == "Shelf/2", 10, "both gateways use it")

    @pytest.mark.parametrize(
        ("name", "value", "status", "problem"),
        [
            (
                "page_interval",
                "soon",
                422,
                ("setting.wrong", "OHDIO_PAGE_INTERVAL_SECONDS cannot be 'soon'. A number of seconds is expected."),
            ),
            (
                "min_disk_space_mb",
                -1,
                422,
                ("setting.wrong", "MIN_DISK_SPACE_MB cannot be '-1'. At least 0 is expected."),
            ),
            (
                "lease",
                20,
                409,
                (
                    "setting.needs_restart",
                    "OHDIO_LEASE_SECONDS is read at the start only: set it in the environment, and start ohdio again.",
                ),
            ),
            (
                "book_names",
                "{author}/{titel",
                422,
                (
                    "setting.wrong",
                    "BOOK_NAMES cannot be '{author}/{titel'. At character 10: this brace is not closed.",
                ),
            ),
            (
                "colour",
                "red",
                404,
                ("setting.unknown", "There is no setting called colour; `ohdio settings` lists them."),
            ),
        ],
    )
    def test_that_cannot_be_is_refused_with_what_can(
        self, api: Api, name: str, value: Any, status: int, problem: tuple[str, str]
    ) -> None:
        before = api.get("/settings")
        answer = api.http.put(f"/settings/{name}", json={"value": value})
        assert answer.status_code == status
        assert (answer.json()["message"]["id"], answer.json()["detail"]) == problem
        assert api.get("/settings") == before

    @pytest.mark.parametrize("value", [None, [], {}, "", "x" * 1001])
    def test_of_no_value_is_refused(self, api: Api, value: Any) -> None:
        assert api.http.put("/settings/user_agent", json={"value": value}).status_code == 422

    def test_of_what_the_environment_sets_is_refused_and_said_so(self, database_url: str, tmp_path: Path) -> None:
        with serve(database_url, tmp_path, OHDIO_USER_AGENT="Of the house") as api:
            assert of(setting(api, "user_agent")) == ("Of the house", "environment", False)
            for answer in (
                api.http.put("/settings/user_agent", json={"value": "Other"}),
                api.http.delete("/settings/user_agent"),
            ):
                assert answer.status_code == 409
                assert answer.json()["message"] == {"id": "setting.fixed", "values": {"variable": "OHDIO_USER_AGENT"}}
            # What is stored all the same, from a time when it was not set there, does not count.
            api.engine.execute("INSERT INTO settings (name, value) VALUES ('user_agent', '\"Stored\"')")
            assert of(setting(api, "user_agent")) == ("Of the house", "environment", False)

    def test_that_another_version_stored_and_this_one_cannot_read_is_not_shown(self, api: Api) -> None:
        api.engine.execute("INSERT INTO settings (name, value) VALUES ('stall', '\"ages\"'), ('gone', '1')")
        assert of(setting(api, "stall")) == (30, "default", True)
