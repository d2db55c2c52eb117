"""Following a listing by the API; what checks add is tested with the follower itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from xml.sax.saxutils import escape

import pytest

from ohdio_api.follows.service import FollowService
from ohdio_api.problems import Refusal
from ohdio_core.collection import control, follows
from ohdio_core.db.session import UnitOfWork
from ohdio_core.library.bucket.address import BucketAddress
from ohdio_core.library.bucket.library import BucketLibrary
from ohdio_core.schemas.follows import FollowChange, FollowOrder
from ohdio_core.sentences import legacy
from ohdio_core.sources.registry import SourceRegistry
from ohdio_core.work.outcome import Rescheduled
from ohdio_core.work.stages import FOLLOWING
from tests.fixtures.api import Api
from tests.integration.scraper.following import episode
from tests.unit.sources.rss.documents import rss

FEED = "https://podcasts.example/phare/feed.xml"


def follow(api: Api, **wishes: Any) -> dict[str, Any]:
    answer = api.http.post("/follows", json={"url": FEED, **wishes})
    assert answer.status_code == 201, answer.text
    view: dict[str, Any] = answer.json()
    return view


def test_a_listing_is_followed_and_due_at_once(api: Api) -> None:
    view = follow(api)
    assert (view["url"], view["take"], view["status"], view["next_check_at"]) == (FEED, "new", "waiting", None)
    assert api.get("/follows")["items"] == [view]
    assert api.get(f"/follows/{view['id']}") == view


def test_one_that_is_followed_keeps_its_own_wishes(api: Api) -> None:
    first = follow(api, take=3)
    answer = api.http.post("/follows", json={"url": FEED, "take": "everything"})
    assert (answer.status_code, answer.json()) == (200, first)


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ({"url": "https://librivox.org/phare-by-someone/"}, "is a single book"),
        ({"url": "ftp://podcasts.example/feed.xml"}, "The link does not begin with http"),
        ({"url": FEED, "take": "newest"}, "take"),
        ({"url": FEED, "take": 0}, "take"),
        ({"url": FEED, "filters": {"newest": 3}}, "filters.newest"),
    ],
)
def test_what_cannot_be_followed_is_refused_in_words(api: Api, order: dict[str, Any], said: str) -> None:
    answer = api.http.post("/follows", json=order)
    assert answer.status_code == 422
    assert said in answer.text
    assert api.get("/follows")["items"] == []


def test_books_of_a_bucket_are_not_followed_as_episodes_of_a_show(api: Api) -> None:
    bucket = BucketLibrary(BucketAddress("books"))
    service = FollowService(api.engine.database, SourceRegistry(), api.vault, bucket)
    for order in (
        lambda: service.add(FollowOrder(url=FEED, as_show=True)),
        lambda: service.change(1, FollowChange(as_show=True)),
    ):
        with pytest.raises(Refusal, match="every book gets a folder of its own") as refused:
            order()
        assert refused.value.status == 422
    assert api.get("/follows")["items"] == []


def test_its_wishes_are_changed_one_by_one(api: Api) -> None:
    number = follow(api, filters={"title_include": ["phare"]}, most_per_check=3)["id"]
    changed = api.http.patch(f"/follows/{number}", json={"most_gigabytes": 1.5, "check_every_hours": 12}).json()
    assert (changed["most_per_check"], changed["most_gigabytes"], changed["check_every_hours"]) == (3, 1.5, 12)
    assert changed["filters"]["title_include"] == ["phare"]
    changed = api.http.patch(f"/follows/{number}", json={"filters": None, "most_per_check": None}).json()
    assert (changed["most_per_check"], changed["most_gigabytes"], changed["filters"]) == (None, 1.5, None)


def test_what_it_keeps_is_changed_later(api: Api) -> None:
    view = follow(api, keep_newest=10)
    assert (view["keep_newest"], view["keep_days"]) == (10, None)
    for change, kept in [
        ({"keep_days": 30}, (10, 30)),
        ({"keep_newest": None}, (None, 30)),
        ({"priority": 7}, (None, 30)),
        ({"keep_newest": 2, "keep_days": None}, (2, None)),
    ]:
        changed = api.http.patch(f"/follows/{view['id']}", json=change).json()
        assert (changed["keep_newest"], changed["keep_days"]) == kept


def test_how_fast_its_books_come_is_changed_later(api: Api) -> None:
    view = follow(api, speed_limit_kb=300)
    assert view["speed_limit_kb"] == 300
    (followed,) = api.get("/export")["follows"]
    assert followed["speed_limit_kb"] == 300
    for change, kept in [({"priority": 7}, 300), ({"speed_limit_kb": 80}, 80), ({"speed_limit_kb": None}, None)]:
        assert api.http.patch(f"/follows/{view['id']}", json=change).json()["speed_limit_kb"] == kept
    assert api.http.patch(f"/follows/{view['id']}", json={"speed_limit_kb": 0}).status_code == 422


def add_books(api: Api, number: int, speeds: Sequence[int]) -> list[int]:
    """Queue a book for each of these speeds, as added by a follow; return their ids."""
    items = sorted(api.engine.items(len(speeds)))
    for item, speed in zip(items, speeds, strict=True):
        api.engine.execute("UPDATE queue_items SET speed_limit_kb = :speed WHERE id = :id", speed=speed, id=item)
    api.engine.execute(
        "INSERT INTO followed_books (follow_id, external_id, audiobook_id) "
        "SELECT :follow, CAST(id AS text), audiobook_id FROM queue_items",
        follow=number,
    )
    return items


def speeds_of_books(api: Api) -> list[int | None]:
    return [row.speed_limit_kb for row in api.engine.rows("SELECT speed_limit_kb FROM queue_items ORDER BY id")]


def cut_off(api: Api, number: int, change: FollowChange, monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """Change a follow, which ends after two books; return the books of each batch from then on, that one's first."""
    monkeypatch.setattr(follows, "_BATCH", 2)
    real, batches = control.set_speed_limit, list[list[int]]()

    def set_speed_limit(work: UnitOfWork, ids: Sequence[int], kilobytes: int | None) -> int:
        if len(batches) == 1:
            batches.append([])
            raise ConnectionError("cut off")
        batches.append(list(ids))
        return real(work, ids, kilobytes)

    monkeypatch.setattr(control, "set_speed_limit", set_speed_limit)
    service = FollowService(api.engine.database, SourceRegistry(), api.vault, api.library)
    with pytest.raises(ConnectionError):
        service.change(number, change)
    return batches


def test_another_speed_is_passed_on_some_books_at_a_time_and_goes_on_where_it_was_cut_off(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = follow(api, speed_limit_kb=300)["id"]
    _, *others = add_books(api, number, [50, *[300] * 5])
    batches = cut_off(api, number, FollowChange(speed_limit_kb=80), monkeypatch)
    assert api.get(f"/follows/{number}")["speed_limit_kb"] == 80
    assert speeds_of_books(api) == [50, 80, 80, 300, 300, 300]
    assert api.http.patch(f"/follows/{number}", json={"priority": 7}).json()["speed_limit_kb"] == 80
    assert batches == [others[:2], [], others[2:4], others[4:]]
    assert speeds_of_books(api) == [50, *[80] * 5]


@pytest.mark.parametrize("wished", [None, 300, 80, 500])
def test_a_speed_that_was_cut_off_is_followed_by_another_one(
    api: Api, monkeypatch: pytest.MonkeyPatch, wished: int | None
) -> None:
    number = follow(api, speed_limit_kb=300)["id"]
    add_books(api, number, [50, *[300] * 5])
    cut_off(api, number, FollowChange(speed_limit_kb=80), monkeypatch)
    assert api.http.patch(f"/follows/{number}", json={"speed_limit_kb": wished}).status_code == 200
    assert speeds_of_books(api) == [50, *[wished] * 5]
    api.http.patch(f"/follows/{number}", json={"speed_limit_kb": 70})
    assert speeds_of_books(api) == [50, *[70] * 5]


@pytest.mark.parametrize("link", ["https://u:p@podcasts.example/phare/feed.xml", "no link"])
def test_a_change_that_is_refused_changes_the_speed_of_no_book(
    api: Api, monkeypatch: pytest.MonkeyPatch, link: str
) -> None:
    number = follow(api, speed_limit_kb=300)["id"]
    add_books(api, number, [300] * 5)
    monkeypatch.setattr(follows, "_BATCH", 2)
    refused = api.http.patch(f"/follows/{number}", json={"speed_limit_kb": 80, "url": link})
    assert refused.status_code in (409, 422)
    assert api.get(f"/follows/{number}")["speed_limit_kb"] == 300
    assert speeds_of_books(api) == [300] * 5


def test_a_subscription_list_is_followed_and_what_is_followed_is_given_out_as_one(api: Api) -> None:
    api.http.post("/follows", json={"url": FEED, "take": 3})
    others = "https://podcasts.example/a&b.xml", "https://librivox.org/phare-by-someone/"
    outlines = "".join(f'<outline type="rss" xmlUrl="{escape(link)}"/>' for link in (FEED, *others))
    document = f'<opml version="2.0"><body><outline text="Récits">{outlines}</outline></body></opml>'
    answer = api.http.post("/follows/import", json={"document": document, "take": "everything", "keep_newest": 5})
    items = answer.json()["items"]
    assert [(each["url"], each["state"]) for each in items] == [
        (FEED, "known"),
        (others[0], "followed"),
        (others[1], "refused"),
    ]
    assert "is a single book" in items[2]["detail"]
    kept = {each["url"]: (each["take"], each["keep_newest"]) for each in api.get("/follows")["items"]}
    assert kept == {FEED: (3, None), others[0]: ("everything", 5)}
    api.engine.execute("UPDATE follows SET title = 'Le <phare> & co' WHERE url = :url", url=FEED)
    exported = api.http.get("/follows.opml")
    assert exported.headers["content-type"].startswith("text/x-opml")
    assert 'text="Le &lt;phare&gt; &amp; co"' in exported.text
    api.engine.execute("DELETE FROM follows")
    again = api.http.post("/follows/import", json={"document": exported.text}).json()["items"]
    assert {each["url"]: each["state"] for each in again} == {FEED: "followed", others[0]: "followed"}
    assert api.http.post("/follows/import", json={"document": "<html></html>"}).status_code == 422


def test_what_a_list_would_add_is_shown_before_anything_is_queued(api: Api) -> None:
    api.origin.answer("/feed.xml", rss(*(episode(day) for day in (3, 2, 1))))
    document = "https://stories.example/feed.xml\nhttps://librivox.org/phare-by-someone/"
    for take, added in [("everything", (3, 3_000_000)), (2, (2, 2_000_000)), ("new", (0, 0))]:
        seen = api.http.post("/follows/import/preview", json={"document": document, "take": take}).json()
        assert (seen["links"], seen["looked_at"], seen["is_whole"]) == (2, 2, True)
        assert (seen["books"], seen["bytes"]) == added
        assert seen["disk_free_bytes"] > 0
    assert api.get("/follows")["items"] == []


def test_one_that_is_paused_is_not_checked_until_it_is_resumed(api: Api) -> None:
    number = follow(api)["id"]
    assert api.http.post(f"/follows/{number}/pause").json()["status"] == "paused"
    refused = api.http.post(f"/follows/{number}/check")
    assert (refused.status_code, refused.json()["detail"]) == (
        409,
        f"The follow {number} is paused; resume it to have it checked.",
    )
    assert api.http.post(f"/follows/{number}/resume").json()["status"] == "waiting"
    api.engine.execute("UPDATE follows SET next_attempt_at = now() + interval '5 h'")
    assert api.get(f"/follows/{number}")["next_check_at"] is not None
    assert api.http.post(f"/follows/{number}/check").json()["next_check_at"] is None


def test_one_that_is_ended_is_gone_and_its_books_stay(api: Api) -> None:
    number = follow(api)["id"]
    (item,) = api.engine.items(1)
    api.engine.execute(
        "INSERT INTO followed_books SELECT :follow, 'one', audiobook_id FROM queue_items WHERE id = :item",
        follow=number,
        item=item,
    )
    assert api.get(f"/follows/{number}")["added"] == 1
    assert api.http.delete(f"/follows/{number}").status_code == 204
    assert api.http.get(f"/follows/{number}").status_code == 404
    assert api.item(item)["id"] == item
    for order in ("check", "pause", "resume"):
        assert api.http.post(f"/follows/{number}/{order}").status_code == 404
    assert api.http.patch(f"/follows/{number}", json={"priority": 9}).status_code == 404
    assert api.http.delete(f"/follows/{number}").status_code == 404


@pytest.mark.parametrize(
    ("link", "is_followed"),
    [
        ("podcasts.example/phare/feed.xml", True),
        ("http://PODCASTS.example/phare/feed.xml?utm_source=mail", True),
        ("https://podcasts.example/neuf.xml", True),
        ("podcasts.example/neuf.xml", True),
        ("https://podcasts.example/phare/autre.xml", False),
    ],
)
def test_one_is_found_by_its_link_however_that_is_written(api: Api, link: str, is_followed: bool) -> None:
    number = follow(api)["id"]
    api.engine.execute("UPDATE follows SET address = 'https://podcasts.example/neuf.xml'")
    found = api.http.get("/follows", params={"url": link}).json()["items"]
    assert [each["id"] for each in found] == ([number] if is_followed else [])


def test_what_became_of_its_checks_is_listed(api: Api) -> None:
    number = follow(api)["id"]
    checks = api.engine.at(FOLLOWING)
    checks.worker()
    checks.finish(checks.admit_and_start(), Rescheduled(timedelta(hours=1), error=legacy("It is away.")))
    (check,) = api.get(f"/follows/{number}/attempts")["items"]
    assert (check["stage"], check["outcome"], check["reason"]) == ("check", "waits", "It is away.")
    assert api.get(f"/follows/{number}")["failures"] == 1
    assert api.http.get("/follows/123456/attempts").status_code == 404
