"""What people have decided, taken from one ohdio to another."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fixtures.api import Api
from tests.integration.api.filed_books import filed

FEED = "https://stories.example/feed.xml"


def decided(api: Api) -> None:
    """Decide something of each kind."""
    book_id, _ = filed(api)
    api.http.put(f"/audiobooks/{book_id}/position", json={"seconds": 12.5, "revision": 0})
    assert api.http.post("/follows", json={"url": FEED, "take": 3, "filters": {"languages": ["fr"]}}).is_success
    assert api.http.post("/follows", json={"url": "https://user:hunter2@stories.example/private.xml"}).is_success
    api.engine.execute("INSERT INTO followed_books SELECT id, 'met-1' FROM follows WHERE url = :url", url=FEED)
    api.engine.execute(
        "UPDATE follows SET has_begun = true, show = 'Le phare', status = 'paused' WHERE url = :url", url=FEED
    )
    api.engine.execute("INSERT INTO unwanted_books (source, external_id, url) VALUES ('rss', 'x', :url)", url=FEED)
    assert api.http.put("/settings/page_interval", json={"value": 2}).is_success


def counts(report: Any) -> dict[str, tuple[int, int, int]]:
    return {
        kind: (taken["added"], taken["known"], taken["refused"]) for kind, taken in report.items() if kind != "problems"
    }


def test_all_of_it_comes_back_and_once_more_changes_nothing(api: Api) -> None:
    decided(api)
    document = api.get("/export")
    assert (document["format"], document["version"], document["left_out"]) == ("ohdio-export", 1, 1)
    assert "hunter2" not in api.http.get("/export").text
    books = api.engine.rows("SELECT source, external_id FROM audiobooks")
    api.empty()
    report = api.http.post("/export/import", json=document)
    assert report.status_code == 200, report.text
    one = (1, 0, 0)
    assert counts(report.json()) == {"follows": one, "unwanted": one, "positions": one, "settings": one}
    again = api.http.post("/export/import", json=document).json()
    known = (0, 1, 0)
    assert counts(again) == {"follows": known, "unwanted": known, "positions": known, "settings": known}
    there = api.get("/export")
    for kind in ("follows", "unwanted", "positions", "settings"):
        assert there[kind] == document[kind], kind
    (follow,) = there["follows"]
    assert (follow["take"], follow["is_paused"], follow["met"]) == (3, True, ["met-1"])
    assert (follow["show"], api.engine.value("SELECT show FROM follows")) == ("Le phare", "Le phare")
    assert [(each["source"], each["external_id"]) for each in there["positions"]] == [tuple(book) for book in books]


def test_the_day_on_which_a_follow_begins_is_taken_along(api: Api) -> None:
    view = api.http.post("/follows", json={"url": FEED, "take": "2026-01-31"}).json()
    assert view["take"] == "2026-01-31"
    document = api.get("/export")
    api.empty()
    assert api.http.post("/export/import", json=document).is_success
    assert api.get("/follows")["items"][0]["take"] == "2026-01-31"
    for take in ("2026-02-30", "2026-01-31T00:00:00Z", "20260131", "0", None):
        assert api.http.post("/follows", json={"url": FEED, "take": take}).status_code == 422, take


@pytest.mark.parametrize(("hold", "expected"), [("read", [(False, [])]), (None, [(True, ["x"])]), ("ending", [])])
def test_of_a_held_follow_is_taken_along_what_it_will_be(api: Api, hold: str | None, expected: list[Any]) -> None:
    assert api.http.post("/follows", json={"url": FEED}).is_success
    api.engine.execute("UPDATE follows SET has_begun = true, hold = :hold", hold=hold)
    api.engine.execute("INSERT INTO followed_books (follow_id, external_id) SELECT id, 'x' FROM follows")
    assert [(each["has_begun"], each["met"]) for each in api.get("/export")["follows"]] == expected


def test_the_later_position_counts(api: Api) -> None:
    place = {"listener": "Odile", "source": "rss", "external_id": "x", "seconds": 5.0}
    for seconds, at, expected in ((5.0, "2026-03-02", 5.0), (9.0, "2026-03-01", 5.0), (7.0, "2026-03-03", 7.0)):
        entry = {**place, "seconds": seconds, "updated_at": f"{at}T00:00:00Z"}
        assert api.http.post("/export/import", json={"positions": [entry]}).is_success
        assert [each["seconds"] for each in api.get("/export")["positions"]] == [expected]


def test_a_setting_that_an_earlier_version_wrote_blank_changes_nothing(api: Api) -> None:
    document = {"settings": {"download_hours": "", "user_agent": " "}}
    assert counts(api.http.post("/export/import", json=document).json())["settings"] == (0, 2, 0)
    assert not api.engine.rows("SELECT act FROM acts WHERE act = 'setting_reset'")
    assert api.http.put("/settings/download_hours", json={"value": "1:00-5:00"}).is_success
    assert counts(api.http.post("/export/import", json=document).json())["settings"] == (1, 1, 0)


def test_what_cannot_be_is_refused_by_itself(api: Api) -> None:
    answer = api.http.post(
        "/export/import",
        json={
            "follows": [{"url": "no link"}, {"url": FEED, "take": -1}, {"url": FEED}],
            "unwanted": [{"source": "rss"}],
            "positions": [{"source": "rss", "external_id": "x", "seconds": -1, "updated_at": "2026-03-01T00:00:00Z"}],
            "settings": {"page_interval": "never", "no_such_setting": 1, "api_token": "secret-of-mine"},
        },
    )
    assert counts(answer.json()) == {
        "follows": (1, 0, 2),
        "unwanted": (0, 0, 1),
        "positions": (0, 0, 1),
        "settings": (0, 0, 3),
    }
    assert len(answer.json()["problems"]) == 7
    assert "secret-of-mine" not in answer.text
    assert api.http.post("/export/import", json={"version": 2}).status_code == 422


def test_more_than_a_megabyte_is_taken(api: Api) -> None:
    marks = [{"source": "rss", "external_id": f"{n:0100}", "url": f"https://s.example/{n}"} for n in range(9_000)]
    assert counts(api.http.post("/export/import", json={"unwanted": marks}).json())["unwanted"] == (9_000, 0, 0)


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("archiveorg letters_brides_0709_librivox", "archive"),
        ("https://librivox.org/the-lamp-by-ann-whitfield/", "librivox"),
        ("youtube dQw4w9WgXcQ", ""),  # without the extra nobody reads it
        ("soundcloud 123456", ""),
        ("# a comment", ""),
    ],
)
def test_what_was_had_is_left_out(api: Api, line: str, source: str) -> None:
    report = api.http.post("/export/had", json={"document": f"\ufeff{line}\n{line}\n"}).json()
    marks = [row.source for row in api.engine.rows("SELECT source FROM unwanted_books")]
    if source == "":
        assert (report["books"]["added"], marks) == (0, [])
        assert report["books"]["refused"] == int(not line.startswith("#"))
    else:
        assert report["books"]["added"] == 1
        assert marks == [source]
