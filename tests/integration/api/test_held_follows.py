"""Held follows over the API, the page and the command; what becomes of their books the tests of the follower show."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ohdio_downloader.importer import Importer
from tests.fixtures.api import Api
from tests.fixtures.workers import wait_until
from tests.integration.api.test_follows import FEED
from tests.integration.command.running import ohdio, on_a_terminal
from tests.integration.web.test_home import notices, send, visit
from tests.sites.audio import AudioFactory


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return AudioFactory(tmp_path_factory.mktemp("held")).mp3("held", 3)


@pytest.fixture
def folder(sound: bytes, tmp_path: Path) -> Path:
    """One episode that is had, one that may be, and something else."""
    had = tmp_path / "had"
    had.mkdir()
    for name in ("La mer", "Le vent", "Autre chose"):
        (had / f"{name}.mp3").write_bytes(sound)
    return had


@pytest.fixture
def importer(api: Api, tmp_path: Path) -> Iterator[Importer]:
    work_dir = tmp_path / "work"
    work_dir.mkdir()
    importing = Importer(api.engine.database, api.library, work_dir, keep_free=lambda: 0)
    importing.start()
    yield importing
    importing.end()


def list_episodes(api: Api) -> None:
    """Do what a check and the descriptions of its books do."""
    items = api.engine.titled("La mer", "Le vent", "La nuit")
    api.engine.execute("UPDATE audiobooks SET source = 'rss'")
    api.engine.execute("UPDATE queue_items SET status = 'paused'")
    for number, (item, seconds) in enumerate(zip(items, (3, 900, 3), strict=True)):
        named = {"id": api.book_of(item), "seconds": seconds, "number": number}
        api.engine.execute(
            "INSERT INTO book_parts (audiobook_id, index, external_id, duration_seconds) "
            "VALUES (:id, 0, 'p', :seconds)",
            id=named["id"],
            seconds=seconds,
        )
        api.engine.execute(
            "INSERT INTO followed_books (follow_id, external_id, audiobook_id, newness) "
            "SELECT follows.id, book.external_id, book.id, :number FROM follows, audiobooks book WHERE book.id = :id",
            id=named["id"],
            number=number,
        )
    api.engine.execute("UPDATE extractions SET status = 'completed'")
    api.engine.execute("UPDATE follows SET hold = 'read', title = 'Le phare' WHERE hold = 'unread'")


def taken(api: Api) -> int:
    return int(api.engine.value("SELECT count(*) FROM found_books WHERE taken_at IS NOT NULL"))


@pytest.mark.usefixtures("importer")
def test_what_is_had_is_shown_and_confirmed(api: Api, folder: Path) -> None:
    ordered = {"url": FEED, "take": 3, "held_against": {"path": str(folder)}}
    view = api.http.post("/follows", json=ordered).json()
    held = f"/follows/{view['id']}/held"
    assert (view["is_held"], api.get(held)["step"]) == (True, "listing")
    list_episodes(api)
    wait_until(lambda: api.get(held)["step"] == "ready", 20, "the folder is compared")
    seen = api.get(held)
    assert (seen["counts"], seen["others"]) == ({"unsure": 1, "missing": 1, "found": 1}, 1)
    assert [(each["title"], each["state"], each["place"]) for each in seen["items"]] == [
        ("Le vent", "unsure", "Le vent.mp3"),
        ("La nuit", "missing", None),
        ("La mer", "found", "La mer.mp3"),
    ]
    assert api.get("/library/imports")["last"] is None  # nor can it be taken there before it is confirmed
    assert api.get("/export")["follows"][0]["is_paused"]  # elsewhere it would begin

    page = visit(api, held)
    assert page.texts(".of-found .title") == ["Le vent", "La nuit", "La mer"]
    assert visit(api, "/follows").texts(".follow .orders a.button:first-child")[0].startswith("What you have of it")
    said = ohdio(api, "follows", str(view["id"]), "--held").stdout
    assert "1 book in the folder:" in said
    assert "1 book missing, of which is fetched what is missing of the newest 3:" in said
    assert f"held: `ohdio follows {view['id']} --held`" in ohdio(api, "follows").stdout
    refused = send(api, f"/follows/{view['id']}/confirm", {"take": "newest", "newest": "many"})
    assert notices(refused) == ["How many of the newest is a whole number, from 1 to 1,000."]
    confirmed = {"had": str(seen["items"][0]["found_id"]), "take": "new"}
    assert notices(send(api, f"/follows/{view['id']}/confirm", confirmed)) == ["Le phare is followed."]
    after = api.get(f"/follows/{view['id']}")
    assert (after["is_held"], after["take"], after["status"]) == (False, "new", "waiting")
    wait_until(lambda: taken(api) == 2, 20, "what was had is taken")
    titles = {row.title for row in api.engine.rows("SELECT title FROM audiobooks")}
    assert titles == {"La mer", "Le vent"}
    assert api.http.get(held).status_code == 404
    assert "nothing is to be confirmed" in visit(api, f"/follows/{view['id']}/held").one("#found").text_content()
    assert api.http.post(f"/follows/{view['id']}/confirm", json={}).status_code == 409


@pytest.mark.usefixtures("importer")
def test_a_folder_that_is_not_there_is_told_and_another_one_named(api: Api, folder: Path) -> None:
    api.http.post("/follows", json={"url": FEED, "held_against": {"path": "/nowhere"}})
    list_episodes(api)
    refused = ohdio(api, "follow", FEED, "--against", "/nowhere", code=1)
    assert "There is no folder /nowhere" in refused.stderr
    code, shown = on_a_terminal(api, "follow", FEED, "--against", str(folder), answer="y\n")
    assert code == 0, shown
    assert "Take 1 book from the folder, and fetch only what appears from now on?" in shown
    wait_until(lambda: taken(api) == 1, 20, "what was had is taken")
    assert not api.get("/follows")["items"][0]["is_held"]


def test_what_is_followed_is_not_held_afterwards_and_one_folder_is_read_at_a_time(api: Api, folder: Path) -> None:
    held = {"held_against": {"path": str(folder)}}
    first = api.http.post("/follows", json={"url": FEED, **held}).json()
    other = api.http.post("/follows", json={"url": "https://other.example/feed.xml", **held})
    assert (other.status_code, len(api.get("/follows")["items"])) == (409, 1)
    assert notices(send(api, "/follows", {"url": "https://other.example/feed.xml", "against": str(folder)})) == [
        "Another folder is being read, or taken in; end that first."
    ]
    assert api.http.post(f"/follows/{first['id']}/confirm", json={}).status_code == 409  # nothing is compared yet
    assert api.http.delete(f"/follows/{first['id']}").status_code == 204
    api.http.post("/follows", json={"url": FEED})
    assert api.http.post("/follows", json={"url": FEED, **held}).status_code == 409
    assert "Name what to confirm" in ohdio(api, "follows", "--confirm", code=2).stderr
    assert "--take is everything" in ohdio(api, "follows", FEED, "--confirm", "--take", "x", code=2).stderr


def test_a_listing_that_cannot_be_read_keeps_no_other_folder_from_being_read(api: Api, folder: Path) -> None:
    number = api.http.post("/follows", json={"url": FEED, "held_against": {"path": str(folder)}}).json()["id"]
    assert api.http.post("/library/imports", json={"path": str(folder)}).status_code == 409
    api.engine.execute("UPDATE follows SET error = 'It is away.', setbacks = 1")
    assert api.http.post("/library/imports", json={"path": str(folder)}).is_success
    assert api.get(f"/follows/{number}/held")["step"] == "listing"
    api.engine.execute("UPDATE folder_imports SET step = 'read'")
    api.engine.execute("UPDATE follows SET hold = 'read', error = NULL")
    held = api.get(f"/follows/{number}/held")
    assert (held["step"], held["path"]) == ("no_folder", str(folder))
    assert api.http.post(f"/follows/{number}/compare", json={"path": str(folder)}).is_success


def test_of_a_long_listing_the_rest_is_counted(api: Api, folder: Path) -> None:
    view = api.http.post("/follows", json={"url": FEED, "held_against": {"path": str(folder)}}).json()
    api.http.delete("/library/imports")
    api.engine.execute("UPDATE follows SET hold = 'read'")
    api.engine.execute(
        "INSERT INTO audiobooks (url, source, external_id, title) "
        "SELECT 'https://x.example/' || n, 'rss', 'n' || n, 'Récit ' || n FROM generate_series(1, 903) AS n"
    )
    api.engine.execute(
        "INSERT INTO followed_books (follow_id, external_id, audiobook_id, newness) "
        "SELECT :id, external_id, id, id FROM audiobooks",
        id=view["id"],
    )
    held = f"/follows/{view['id']}/held"
    seen = api.get(held)
    assert (seen["step"], seen["counts"], len(seen["items"])) == ("no_folder", {"missing": 903}, 900)
    assert ohdio(api, "follows", str(view["id"]), "--held").stdout.splitlines()[-1] == "  and 3 more"
    (said,) = visit(api, held).texts(".held .rest")
    assert said.startswith("And 3 more.")
