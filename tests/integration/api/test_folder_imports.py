"""Taking in a folder of books, over the API, the page and the command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ohdio_core.collection.folder_imports import UNDER_WAY, begin_import
from ohdio_downloader.importer import Importer
from tests.fixtures.api import Api
from tests.fixtures.workers import wait_until
from tests.integration.api.test_audiobooks import is_anybody_waiting_for_a_lock
from tests.integration.command.running import ohdio
from tests.integration.web.test_home import notices, send, visit
from tests.sites.audio import AudioFactory


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return AudioFactory(tmp_path_factory.mktemp("had")).mp3("had", 3)


@pytest.fixture
def folder(api: Api, sound: bytes, tmp_path: Path) -> Path:
    """Two books that somebody had, of which one is waited for, and one that is unsure."""
    (item,) = api.engine.titled("La mer")
    api.engine.execute("UPDATE audiobooks SET source = 'ohdio', authors = '{Jean Roy}'")
    api.engine.execute(
        "INSERT INTO book_parts (audiobook_id, index, external_id, duration_seconds) VALUES (:id, 0, 'm-1', 3)",
        id=api.book_of(item),
    )
    had = tmp_path / "had"
    for place in ("Jean Roy/La mer", "Ann Field/The Lamp", "Bo Lind/La mer"):
        (had / place).mkdir(parents=True)
        (had / place / "a.mp3").write_bytes(sound)
    return had


@pytest.fixture
def importer(api: Api, tmp_path: Path) -> Iterator[None]:
    """What a downloader does."""
    work_dir = tmp_path / "work"
    work_dir.mkdir()
    importing = Importer(api.engine.database, api.library, work_dir, keep_free=lambda: 0)
    importing.start()
    yield
    importing.end()


@pytest.mark.usefixtures("importer")
def test_the_command_shows_what_is_there_and_takes_it(api: Api, folder: Path) -> None:
    refused = ohdio(api, "import", str(folder))
    assert refused.stdout.splitlines() == [
        "1 book waited for, and need not be fetched:",
        "  La mer, Jean Roy (Jean Roy/La mer)",
        "1 book that nobody knows:",
        "  The Lamp, Ann Field (Ann Field/The Lamp)",
        "1 book unsure; `ohdio import DIR --take NUMBER` takes one for the known book:",
        *(line for line in refused.stdout.splitlines() if "Bo Lind" in line),
        "Taken: 0 books.",
    ]
    assert "--yes takes 2 books" in refused.stderr
    done = json.loads(ohdio(api, "import", str(folder), "--yes", "--json").stdout)
    assert (done["last"]["taken"], done["last"]["step"]) == (2, "read")
    assert sorted(path.parent.name for path in api.library_dir.glob("*/*/a.mp3")) == ["La mer", "The Lamp"]
    assert (folder / "Ann Field" / "The Lamp" / "a.mp3").exists()
    nowhere = ohdio(api, "import", "/nowhere/at/all", code=2)
    assert "There is no folder /nowhere/at/all" in nowhere.stderr
    assert nowhere.stdout == "", "nothing is said to be taken"


@pytest.mark.usefixtures("importer")
def test_the_page_shows_what_is_there_and_takes_it(api: Api, folder: Path) -> None:
    send(api, "/library/import", {"path": str(folder)})
    wait_until(lambda: api.get("/library/imports")["last"]["step"] == "read", 20, "the folder is read")
    page = visit(api, "/library/import")
    assert page.texts(".of-found .title") == ["La mer", "La mer", "The Lamp"]
    assert page.texts("#found .orders button") == [
        "Take 1 that is waited for",
        "Take 2, new ones too",
        "Leave the rest",
    ]
    assert notices(send(api, "/library/import/take", {"all": "known"})) == ["1 book is taken in."]
    wait_until(lambda: api.get("/library/imports")["last"]["taken"] == 1, 20, "it is taken")
    send(api, "/library/import/end")
    assert visit(api, "/library/import").all("#found .orders") == []
    assert [act["act"] for act in api.get("/history")["items"]] == ["imported"]
    assert api.http.post("/library/imports/take", json={"all": "new"}).json() == {"changed": 0}


def test_one_folder_at_a_time(api: Api, folder: Path) -> None:
    assert api.http.post("/library/imports", json={"path": str(folder)}).status_code == 200
    assert api.http.post("/library/imports", json={"path": str(folder)}).status_code == 409
    assert notices(send(api, "/library/import", {"path": str(folder)})) == [
        "Another folder is being read, or taken in; end that first."
    ]
    assert api.http.delete("/library/imports").json()["last"]["ended_at"] is not None


def test_of_two_that_begin_at_one_moment_one_is_told_that_the_other_is_read(api: Api, folder: Path) -> None:
    with ThreadPoolExecutor(1) as other:
        with api.engine.database.unit_of_work() as work:
            assert begin_import(work, "/first", is_moved=False)
            late = other.submit(api.http.post, "/library/imports", json={"path": str(folder)})
            wait_until(lambda: is_anybody_waiting_for_a_lock(api), 20, "the other one waits")
        refused = late.result()
    assert (refused.status_code, refused.json()["detail"]) == (409, UNDER_WAY.text)
    assert api.get("/library/imports")["last"]["path"] == "/first"


def test_what_is_ones_own_is_not_fetched(api: Api) -> None:
    (item,) = api.engine.titled("Mine")
    api.engine.execute("UPDATE audiobooks SET source = 'own', external_id = 'x', url = 'own:x'")
    book = api.file_book(item, {"a.mp3": b"sound"})
    assert api.http.post(f"/audiobooks/{book}/download").status_code == 409
    assert api.get(f"/audiobooks/{book}")["status"] == "completed"
