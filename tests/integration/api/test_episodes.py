"""Episodes of a show over HTTP: each is heard, fed, kept on a device and remembered as any book, by its own files."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import feedparser
import pytest

from ohdio_core.collection.renames import Renames, order_renames
from ohdio_core.domain.audiobook import BookDetails, Part
from ohdio_core.domain.owner import OwnerId
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.name_template import parse_show_names
from ohdio_core.sources.registry import SourceRegistry
from tests.fixtures.api import Api
from tests.integration.api.filed_books import PICTURE, filed
from tests.integration.api.test_listening_feeds import make, path_of, read
from tests.integration.api.test_positions import position, put
from tests.integration.api.test_wishes import FEED as LISTED
from tests.integration.api.test_wishes import add
from tests.integration.scraper.following import episode
from tests.integration.web.test_home import visit
from tests.unit.sources.rss.documents import rss

SHOW = "Le carnet"
FIRST, SECOND = bytes(range(256)) * 30, b"the second episode" * 40


def file_episode(api: Api, title: str, day: int, sound: bytes, *, has_picture: bool) -> int:
    """Put an episode into the folder of its show, as the downloader would; return the id of its book."""
    (item,) = api.engine.titled(title)
    book = api.book_of(item)
    staged = api.library_dir.parent / f"staged-{item}"
    staged.mkdir()
    (staged / "01 - Sound.mp3").write_bytes(sound)
    if has_picture:
        (staged / "cover.jpg").write_bytes(PICTURE)
    (row,) = api.engine.rows("SELECT source, external_id FROM audiobooks WHERE id = :id", id=book)
    details = BookDetails(
        title,
        ("Odile Marchand",),
        episode_of=SHOW,
        published_year=2026,
        published_on=date(2026, 11, day),
        parts=(Part(0, "0"),),
    )
    place = api.library.place(staged, details, OwnerId(f"{row.source}:{row.external_id}"))
    api.engine.execute(
        "UPDATE audiobooks SET library_path = :place, file_size = :size, authors = '{Odile Marchand}', "
        "episode_of = :show, published_on = :on, published_year = 2026, filed_at = now(), duration_seconds = 60 "
        "WHERE id = :id",
        place=str(place), size=len(sound), show=SHOW, on=details.published_on, id=book,
    )  # fmt: skip
    api.engine.execute(
        "INSERT INTO book_files VALUES (:id, 0, :name, :size, 'x', 60)",
        id=book, name=f"{place.name}.mp3", size=len(sound),
    )  # fmt: skip
    api.engine.execute("INSERT INTO book_parts (audiobook_id, index, external_id) VALUES (:id, 0, '0')", id=book)
    api.engine.execute("UPDATE queue_items SET status = 'completed', stage = 'done' WHERE id = :id", id=item)
    return book


@pytest.fixture
def episodes(api: Api) -> tuple[int, int]:
    """Two of one show, of which a follow has added both; only the first has a picture."""
    two = (
        file_episode(api, "Le talus", 27, FIRST, has_picture=True),
        file_episode(api, "La berge", 28, SECOND, has_picture=False),
    )
    api.engine.execute(
        "WITH follow AS ("
        "INSERT INTO follows (url, source, external_id, title, take, politeness_key) VALUES "
        "('https://stories.example/feed', 'rss', 'x', 'Le carnet', 'new', 'stories.example') RETURNING id) "
        "INSERT INTO followed_books (follow_id, external_id, audiobook_id) "
        "SELECT follow.id, book.external_id, book.id FROM follow, audiobooks AS book WHERE episode_of IS NOT NULL"
    )
    return two


def unpacked(answer: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(answer)) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == len(set(archive.namelist()))
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.usefixtures("episodes")
def test_each_is_an_item_of_the_follows_feed_that_an_app_hears_from_its_middle(api: Api) -> None:
    (followed,) = api.get("/follows")["items"]
    feed = read(api, make(api, "follow", str(followed["id"])))
    assert feed.feed.title == SHOW
    by_title = {entry.title: entry for entry in feed.entries}
    assert set(by_title) == {"Le talus", "La berge"}
    for title, sound in (("Le talus", FIRST), ("La berge", SECOND)):
        (enclosure,) = by_title[title].enclosures
        assert (enclosure.type, enclosure.length) == ("audio/mpeg", str(len(sound)))
        middle = api.outside.get(path_of(enclosure.href), headers={"Range": "bytes=100-199"})
        assert (middle.status_code, middle.content) == (206, sound[100:200])
    assert api.outside.get(path_of(by_title["Le talus"].image.href)).content == PICTURE


@pytest.mark.usefixtures("episodes")
def test_the_dates_of_a_feed_are_those_of_its_episodes(api: Api) -> None:
    (followed,) = api.get("/follows")["items"]
    answer = api.outside.get(make(api, "follow", str(followed["id"])))
    days = {entry.title: entry.published_parsed[:3] for entry in feedparser.parse(answer.content).entries}
    assert days == {"Le talus": (2026, 11, 27), "La berge": (2026, 11, 28)}


def test_one_is_saved_to_a_device_with_its_own_files_alone(api: Api, episodes: tuple[int, int]) -> None:
    answer = api.http.get(f"/audiobooks/{episodes[0]}/download")
    assert answer.headers["content-length"] == str(len(answer.content))
    assert answer.headers["content-disposition"] == "attachment; filename*=utf-8''2026-11-27%20-%20Le%20talus.zip"
    assert unpacked(answer.content) == {
        f"{SHOW}/2026-11-27 - Le talus.mp3": FIRST,
        f"{SHOW}/2026-11-27 - Le talus.jpg": PICTURE,
    }


def test_several_are_saved_together_each_file_once(api: Api, episodes: tuple[int, int]) -> None:
    book, _ = filed(api, "Sailing")
    third = file_episode(api, "Le pont", 29, b"third", has_picture=False)
    answer = api.http.get("/library/download", params={"audiobook": [*episodes, third, book]})
    files = unpacked(answer.content)
    assert {name: data for name, data in files.items() if name.endswith(".mp3") and name.startswith(SHOW)} == {
        f"{SHOW}/2026-11-27 - Le talus.mp3": FIRST,
        f"{SHOW}/2026-11-28 - La berge.mp3": SECOND,
        f"{SHOW}/2026-11-29 - Le pont.mp3": b"third",
    }
    assert "Odile Marchand/Sailing/01 - One.mp3" in files
    assert not any("/." in name for name in files)


def test_where_somebody_is_in_one_stays_when_it_gets_another_name(api: Api, episodes: tuple[int, int]) -> None:
    first, second = episodes
    put(api, first, 31.5, 0)
    put(api, second, 7, 0)
    renamed = FolderLibrary(api.library_dir, shows=parse_show_names("Balados/{show}/{title}"))
    api.engine.order(order_renames, list(episodes))
    Renames(renamed).carry_out(api.engine.database)
    assert api.get(f"/audiobooks/{first}")["library_path"] == f"Balados/{SHOW}/Le talus"
    assert [position(api, each)["seconds"] for each in episodes] == [31.5, 7]
    assert [api.http.get(f"/audiobooks/{each}/audio").content for each in episodes] == [FIRST, SECOND]
    assert api.http.get(f"/audiobooks/{first}/cover").content == PICTURE


def test_one_of_before_that_somebody_picks_is_filed_among_those_of_its_show(api: Api) -> None:
    api.origin.answer("/feed.xml", rss(episode(2), episode(1)))
    seen = api.http.post("/preview", json={"url": LISTED}).json()
    first, second = (book["url"] for book in seen["books"])
    api.http.post("/follows", json={"url": LISTED}).raise_for_status()
    api.engine.execute("UPDATE follows SET title = 'Le phare (suite)', show = 'Le phare', is_feed = true")
    for link in (first, second):
        target = SourceRegistry().identify(link)[1]
        api.engine.execute(
            "INSERT INTO followed_books (follow_id, external_id) SELECT id, :met FROM follows", met=target.external_id
        )
    add(api, first)
    assert api.engine.value("SELECT episode_of FROM audiobooks") == "Le phare"
    api.engine.execute("UPDATE follows SET as_show = false")
    add(api, second)
    shows = api.engine.rows("SELECT episode_of FROM audiobooks ORDER BY id")
    assert [row.episode_of for row in shows] == ["Le phare", None]
    assert visit(api, "/follows").one(".orders [href^='/add?url=']").get("href").endswith("feed.xml")
