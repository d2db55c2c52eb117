"""``ohdio verify``, run as a process that talks to a running API."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ohdio_downloader.verification import Verifier
from tests.fixtures.api import Api
from tests.integration.command.running import ohdio

SOUND = b"sound"


@pytest.fixture
def shelf(api: Api) -> None:
    """Three books, of which the second has lost a file; none of them is sound that can be heard."""
    for item, title in zip(api.engine.items(3), ("Le phare", "La mer", "Le talus"), strict=True):
        book = api.book_of(item)
        api.engine.execute(
            "UPDATE audiobooks SET source = 'ohdio', title = :title WHERE id = :id", title=title, id=book
        )
        api.file_book(item, {f"{title} {part}.mp3": SOUND for part in (1, 2)})
        for part in (1, 2):
            api.engine.execute(
                "INSERT INTO book_files (audiobook_id, index, name, size, sha256, sound_sha256) "
                "VALUES (:id, :part, :name, 5, :digest, 'known')",
                id=book,
                part=part,
                name=f"{title} {part}.mp3",
                digest=hashlib.sha256(SOUND).hexdigest(),
            )
    (api.library_dir / "Odile Marchand" / "La mer" / "La mer 2.mp3").unlink()


@pytest.fixture
def verifier(api: Api, tmp_path: Path) -> Iterator[None]:
    """What a downloader does."""
    verifying = Verifier(api.engine.database, api.library, tmp_path, every=lambda: None, keep_free=lambda: 0)
    verifying.start()
    yield
    verifying.end()


@pytest.mark.usefixtures("shelf", "verifier")
def test_names_what_is_lost_and_fetches_it_again(api: Api) -> None:
    said = ohdio(api, "verify", code=1).stdout.splitlines()
    assert said == [
        "Verified: 3 books, 30 B.",
        "La mer  Odile Marchand/La mer",
        "  La mer 2.mp3 is gone, and nothing has taken its place.",
        "1 book lost or damaged: `ohdio verify --fetch` fetches what is wrong again.",
    ]
    assert json.loads(ohdio(api, "verify", "--status", "--json", code=1).stdout)["faulty"] == 1
    assert ohdio(api, "verify", "--fetch", "phare").stdout == (
        "No book that is lost or damaged has these words: phare.\n"
    )
    assert ohdio(api, "verify", "petit").stdout == "No book in the library has these words: petit.\n"
    assert ohdio(api, "verify", "--fetch").stdout.splitlines()[-1] == (
        "1 book queued: what is lost or damaged is fetched again."
    )
    assert sorted(item["status"] for item in api.get("/queue")["items"]) == ["completed", "completed", "queued"]


@pytest.mark.usefixtures("shelf")
def test_shows_how_far_it_is_and_stops(api: Api) -> None:
    assert ohdio(api, "verify", "--status").stdout == "Nothing was ever verified.\n"
    assert api.http.post("/library/verification", json={"q": "phare"}).json()["last"]["books_total"] == 1
    said = ohdio(api, "verify", "--status").stdout.splitlines()
    assert said == [
        "Verifying: 0 of 1 book, 0 B. No downloader is running.",
        "Nothing is lost or damaged, as far as is known.",
    ]
    assert ohdio(api, "verify", "--stop").stdout.splitlines()[0] == "Verified: 0 books, 0 B, then it was stopped."
    assert "Only one of" in ohdio(api, "verify", "--stop", "--fetch", code=2).stderr
