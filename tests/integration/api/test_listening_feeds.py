"""Listening feeds: parts of the library as podcasts, read back by other readers and by what apps do."""

from __future__ import annotations

import io
import json
from typing import Any
from urllib.parse import urlsplit

import feedparser
import httpx
import podcastparser
import pytest

from tests.fixtures.api import Api
from tests.fixtures.effort import seconds_of_work
from tests.integration.api.filed_books import PICTURE, SOUND, filed
from tests.integration.api.test_accounts import PASSWORD, add

CHAPTERS = [{"start": "PT0S", "title": "Le départ"}, {"start": "PT5.5S", "title": "La mer"}]


def make(api: Api, scope: str = "library", value: str | None = None) -> str:
    """Make a feed, and return the path of its address."""
    answer = api.http.post("/feeds", json={"scope": scope, "about": value})
    assert answer.status_code == 201, answer.text
    address = str(answer.json()["address"])
    assert address.startswith(f"{api.url}/podcast/")
    return urlsplit(address).path


def described(api: Api, title: str = "Le phare & l’île") -> int:
    """File a book of which everything is known; return its id."""
    book_id, _ = filed(api, title)
    api.engine.execute(
        "UPDATE audiobooks SET narrators = '{Ann <Whitfield>}', description = 'Une <b>île</b>.', language = 'fr', "
        "series = 'Lumières', series_position = '2', filed_at = '2026-03-01 12:00+00' WHERE id = :id",
        id=book_id,
    )
    for index, (name, size, seconds) in enumerate((("01 - One.mp3", len(SOUND), 61.4), ("02 - Two.m4a", 11, 30.0))):
        api.engine.execute(
            "INSERT INTO book_files VALUES (:id, :index, :name, :size, 'x', :seconds)",
            id=book_id, index=index, name=name, size=size, seconds=seconds,
        )  # fmt: skip
    api.engine.execute("DELETE FROM book_parts WHERE audiobook_id = :id", id=book_id)
    for index, title_of_part in enumerate(("La côte", "Le \x0blarge")):
        api.engine.execute(
            "INSERT INTO book_parts (audiobook_id, index, external_id, title, extras) "
            "VALUES (:id, :index, 'x', :title, CAST(:extras AS jsonb))",
            id=book_id,
            index=index,
            title=title_of_part,
            extras=None if index else json.dumps({"chapters": CHAPTERS}),
        )
    return book_id


def read(api: Api, path: str) -> Any:
    answer = api.outside.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/rss+xml; charset=utf-8"
    feed = feedparser.parse(answer.content)
    assert not feed.bozo, feed.bozo_exception
    return feed


def path_of(address: str) -> str:
    return urlsplit(address).path


def test_a_book_is_read_back_by_feedparser_with_its_parts_in_order(guarded_api: Api) -> None:
    book_id = described(guarded_api)
    feed = read(guarded_api, make(guarded_api, "book", str(book_id)))
    channel = feed.feed
    assert (channel.title, channel.language, channel.author) == ("Le phare & l’île", "fr", "Odile Marchand")
    assert channel.itunes_type == "serial"
    assert channel.itunes_block
    assert [entry.title for entry in feed.entries] == ["La côte", "Le \N{REPLACEMENT CHARACTER}large"]
    assert [entry.itunes_episode for entry in feed.entries] == ["1", "2"]
    assert [entry.itunes_duration for entry in feed.entries] == ["61", "30"]
    assert feed.entries[0].published_parsed < feed.entries[1].published_parsed
    assert [(entry.enclosures[0].type, entry.enclosures[0].length) for entry in feed.entries] == [
        ("audio/mpeg", str(len(SOUND))),
        ("audio/mp4", "11"),
    ]
    assert feed.entries[0].id != feed.entries[1].id


def test_a_book_is_read_back_by_podcastparser_and_chapters_are_where_it_says(guarded_api: Api) -> None:
    described(guarded_api)
    path = make(guarded_api, "series", "Lumières")
    text = guarded_api.outside.get(path).content
    feed = podcastparser.parse(f"{guarded_api.url}{path}", io.BytesIO(text))
    assert (feed["title"], feed["type"]) == ("Lumières", "serial")
    first, _ = sorted(feed["episodes"], key=lambda episode: episode["number"])
    assert first["title"] == "Le phare & l’île – 1/2 – La côte"
    assert (first["total_time"], first["number"]) == (61, 1)
    assert first["enclosures"][0]["file_size"] == len(SOUND)
    assert "Une <b>île</b>." in (first["description"] + first["description_html"])
    assert b'role="narrator">Ann &lt;Whitfield&gt;</podcast:person>' in text
    of_first, of_second = feedparser.parse(text).entries
    chapters = guarded_api.outside.get(path_of(of_first.podcast_chapters["url"]))
    assert chapters.headers["content-type"] == "application/json+chapters"
    assert chapters.json()["chapters"] == [
        {"startTime": 0.0, "title": "Le départ"},
        {"startTime": 5.5, "title": "La mer"},
    ]
    assert "podcast_chapters" not in of_second
    guarded_api.engine.execute("UPDATE book_files SET chapters = '[[1.5, \"Autre\"]]' WHERE index = 0")
    assert guarded_api.outside.get(path_of(of_first.podcast_chapters["url"])).json()["chapters"] == [
        {"startTime": 1.5, "title": "Autre"}
    ]
    assert guarded_api.outside.get(path_of(first["episode_art_url"])).content == PICTURE


def test_an_app_measures_resumes_and_asks_again_whether_anything_is_new(guarded_api: Api) -> None:
    described(guarded_api)
    path = make(guarded_api)
    (enclosure, _) = (entry.enclosures[0].href for entry in read(guarded_api, path).entries)
    sound, ask = path_of(enclosure), guarded_api.outside
    head = ask.head(sound)
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(len(SOUND)), b"")
    assert sound.endswith("/1.mp3")
    middle = ask.get(sound, headers={"Range": "bytes=1000-1999", "If-Range": head.headers["etag"]})
    assert (middle.status_code, middle.content) == (206, SOUND[1000:2000])
    assert middle.headers["content-range"] == f"bytes 1000-1999/{len(SOUND)}"
    assert ask.get(sound, headers={"If-None-Match": head.headers["etag"]}).status_code == 304
    feed = ask.head(path)
    assert (feed.status_code, feed.content) == (200, b"")
    for known in ({"If-None-Match": feed.headers["etag"]}, {"If-Modified-Since": feed.headers["last-modified"]}):
        again = ask.get(path, headers=known)
        assert (again.status_code, again.content) == (304, b"")
    guarded_api.engine.execute("UPDATE audiobooks SET title = 'Autre', updated_at = now() + interval '2 s'")
    guarded_api.engine.execute("UPDATE listening_feeds SET changed_at = now() - interval '1 hour'")
    assert ask.get(path, headers={"If-None-Match": feed.headers["etag"]}).status_code == 200
    assert "Autre" in ask.get(path, headers={"Accept-Encoding": "gzip"}).text


def test_a_revoked_address_is_gone_at_once_and_wrong_ones_wait(guarded_api: Api) -> None:
    filed(guarded_api)
    kept, path = make(guarded_api), make(guarded_api)
    sound = path_of(read(guarded_api, path).entries[0].enclosures[0].href)
    number = guarded_api.http.get("/feeds").json()["items"][0]["id"]
    assert guarded_api.http.delete(f"/feeds/{number}").status_code == 204
    for gone in (path, sound):
        assert guarded_api.outside.get(gone).status_code == 410
    assert guarded_api.http.delete(f"/feeds/{number}").status_code == 404
    tried = [guarded_api.outside.get(f"/podcast/guess{n}/feed.xml") for n in range(7)]
    assert [answer.status_code for answer in tried] == [404] * 5 + [429] * 2
    assert int(tried[-1].headers["retry-after"]) > 0
    assert guarded_api.outside.get(kept).status_code == 200


def test_an_address_opens_its_own_part_of_the_library_and_nothing_else(guarded_api: Api) -> None:
    mine, other = described(guarded_api), filed(guarded_api, "Sailing")[0]
    path = make(guarded_api, "book", str(mine))
    root = path.removesuffix("/feed.xml")
    assert len(read(guarded_api, path).entries) == 2
    assert guarded_api.outside.get(f"{root}/audio/{mine}/2.m4a").content == b"second part"
    for wrong in (f"/audio/{other}/1.mp3", f"/covers/{other}.jpg", f"/chapters/{other}/1.json", f"/audio/{mine}/3.mp3"):
        assert guarded_api.outside.get(root + wrong).status_code == 404
    for forbidden in ("/api/v1/audiobooks", "/library", "/api/v1/feeds"):
        assert guarded_api.outside.get(forbidden, params={"key": root}).status_code in {303, 401}


@pytest.mark.parametrize(
    ("scope", "value", "found"),
    [
        ("author", "Odile Marchand", 2),
        ("series", "Lumières", 2),
        ("library", None, 2),
        ("author", "Nobody", None),
        ("author", None, None),
        ("book", "999999", None),
        ("book", "one", None),
        ("follow", "999999", None),
    ],
)
def test_it_is_of_what_the_library_has(api: Api, scope: str, value: str | None, found: int | None) -> None:
    described(api)
    if found is None:
        assert api.http.post("/feeds", json={"scope": scope, "about": value}).status_code == 404
    else:
        assert len(read(api, make(api, scope, value)).entries) == found


def test_a_follow_gives_what_it_has_added(api: Api) -> None:
    mine, _ = described(api), filed(api, "Sailing")
    (follow_id,) = [
        row.id
        for row in api.engine.rows(
            "INSERT INTO follows (url, source, external_id, title, take, politeness_key) VALUES "
            "('https://stories.example/secret', 'rss', 'x', 'Les contes', 'new', 'stories.example') RETURNING id"
        )
    ]
    api.engine.execute("INSERT INTO followed_books VALUES (:follow, 'x', :book)", follow=follow_id, book=mine)
    path = make(api, "follow", str(follow_id))
    assert [entry.title[:5] for entry in read(api, path).entries] == ["Le ph", "Le ph"]
    assert "stories.example" not in api.outside.get(path).text


def test_nothing_private_is_in_it_nor_kept_of_its_secret(guarded_api: Api, capfd: pytest.CaptureFixture[str]) -> None:
    described(guarded_api)
    guarded_api.engine.execute("UPDATE audiobooks SET cover_url = 'https://user:hunter2@stories.example/cover.jpg'")
    path = make(guarded_api)
    secret = path.split("/")[2]
    text = guarded_api.outside.get(path).text
    for private in ("hunter2", "stories.example", str(guarded_api.library_dir)):
        assert private not in text
    (row,) = guarded_api.engine.rows("SELECT to_jsonb(listening_feeds)::text AS kept FROM listening_feeds")
    assert secret not in row.kept
    assert secret not in guarded_api.http.get("/feeds").text
    assert secret not in guarded_api.http.get("/history").text
    assert secret not in guarded_api.outside.get("/metrics", headers=guarded_api.http.headers).text
    assert secret not in "".join(capfd.readouterr())


def test_a_listener_has_their_own_and_loses_them_with_the_account(guarded_api: Api) -> None:
    described(guarded_api)
    make(guarded_api)
    add(guarded_api, "Odile", "manager")
    account = add(guarded_api, "Camille", "listener")
    with httpx.Client(base_url=guarded_api.url, trust_env=False, timeout=20) as browser:
        browser.post("/login", data={"name": "Camille", "password": PASSWORD})
        made = browser.post("/api/v1/feeds", json={}).json()
        assert browser.post("/api/v1/feeds", json={"scope": "follow", "about": "1"}).status_code == 403
        assert [each["id"] for each in browser.get("/api/v1/feeds").json()["items"]] == [made["id"]]
        everybodys = guarded_api.http.get("/feeds").json()["items"]
        assert everybodys[0]["listener"]["name"] == "Camille"
        assert browser.delete(f"/api/v1/feeds/{everybodys[1]['id']}").status_code == 404
    path = path_of(made["address"])
    assert guarded_api.outside.get(path).status_code == 200
    guarded_api.http.delete(f"/accounts/{account}")
    assert guarded_api.outside.get(path).status_code == 410


def test_a_book_that_was_filed_before_files_were_written_down_is_measured(api: Api) -> None:
    filed(api)
    first, second = read(api, make(api)).entries
    assert [each.enclosures[0].length for each in (first, second)] == [str(len(SOUND)), "11"]
    assert first.title == "Sailing – 1/2"


@pytest.mark.full
def test_ten_thousand_parts_are_sent_as_they_are_read(api: Api) -> None:
    api.engine.execute(
        """
        WITH made AS (
            INSERT INTO audiobooks (url, source, external_id, title, authors, description, library_path)
            SELECT 'https://stories.example/' || n, 'rss', n, 'Book ' || n, '{Ann}', repeat('A tale. ', 100), n
            FROM generate_series(1, 500) AS n RETURNING id
        )
        INSERT INTO book_files (audiobook_id, index, name, size, sha256, duration_seconds)
        SELECT id, part, part || '.mp3', 1000, 'x', 60 FROM made, generate_series(0, 19) AS part
        """
    )
    path = make(api)
    etag = api.outside.get(path).headers["etag"]
    assert api.outside.get(path).text.count("<item>") == 10_000
    assert seconds_of_work(lambda: api.outside.get(path), enough=1.5) < 4.5
    assert seconds_of_work(lambda: api.outside.get(path, headers={"If-None-Match": etag}), enough=0.03) < 0.15
