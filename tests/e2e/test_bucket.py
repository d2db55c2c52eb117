"""The main job with the library in a bucket: downloaders share nothing but PostgreSQL, RabbitMQ and that."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import feedparser
import httpx
import pytest

from ohdio_core.library.bucket.address import BucketAddress
from ohdio_core.library.bucket.objects import Objects
from tests.e2e.in_bucket import fetched, settings_of
from tests.e2e.kept import backup, contents
from tests.fixtures.object_store import ObjectStore
from tests.fixtures.product import Installer, Product, Role, fresh_category
from tests.sites.catalogue import Catalogue

TOKEN = "a-session-token-of-tests-0123456789"


def keys_of(address: BucketAddress) -> list[str]:
    return [stored.key for stored in Objects(address).below("")]


def verified(ask: httpx.Client) -> Any:
    return ask.get("/library/verification").json()


def offered(product: Product, books: int, *, parts: int, rate: float | None = None) -> Catalogue:
    catalogue = fresh_category(books, parts=parts, seconds=2.0, rate=rate)
    product.origin.offer(catalogue)
    return catalogue


def test_in_one_process_books_are_filed_heard_renamed_verified_deleted_and_brought_back(
    object_store: ObjectStore, installer: Installer, tmp_path: Path
) -> None:
    address = object_store.address(prefix="shelf/")
    settings = {**settings_of(address, tmp_path / "work"), "AWS_SESSION_TOKEN": TOKEN, "OHDIO_LOG_LEVEL": "debug"}
    product = installer.standalone(settings)
    catalogue = offered(product, 2, parts=2)
    product.collect(catalogue)
    product.wait_until_settled(2, within=60)
    shelf = fetched(address, tmp_path / "seen")
    shelf.assert_sound(list(catalogue.books))

    (book, _) = catalogue.books
    item = product.api.item_of(book)
    whole = b"".join(file.read_bytes() for file in shelf.files(book)[:1])
    answer = product.api.hear(item, "1000-2999")
    assert (answer.status_code, answer.content) == (206, whole[1000:3000])

    product.api.change_setting("book_names", "{title}")
    with httpx.Client(base_url=f"{product.api.url}/api/v1", timeout=30) as ask:
        product.wait_until(lambda: len(ask.get("/library/renames").json()["items"]) == 2, 30, "it is known")
        ask.post("/library/renames", json={"by_hand": False}).raise_for_status()
        product.wait_until(lambda: not ask.get("/library/renames").json()["under_way"], 30, "the books are renamed")
        ask.post("/library/verification", json={}).raise_for_status()
        product.wait_until(lambda: verified(ask)["last"]["ended_at"], 30, "all files are read")
        assert verified(ask)["last"]["books_done"] == 2
        assert verified(ask)["faulty"] == 0
    markers = [PurePosixPath(key) for key in keys_of(address) if key.endswith("/.ohdio.json")]
    assert [len(marker.parts) for marker in markers] == [2, 2], "a folder has no author any more"

    becomes_one_file_and_what_it_was(product, item["audiobook"]["id"], whole)
    product.api.delete_with_files(item)
    assert product.api.hear(item).status_code == 404
    trash = f"{product.api.url}/api/v1/library/trash"
    (there,) = httpx.get(trash, timeout=60).json()["items"]
    httpx.post(f"{trash}/restore", json={"ids": [there["id"]]}, timeout=30).raise_for_status()
    assert product.api.hear(product.api.item_of(book), "0-99").content == whole[:100]
    fetched(address, tmp_path / "again").assert_sound(list(catalogue.books))

    said = told_of(product, settings, tmp_path / "backup")
    assert f"ok      library: {address.location} can be written to" in said["doctor"]
    secrets = (str(address.secret), TOKEN, "x-amz-content-sha256")  # the last as the log has nothing of any request
    assert {place: [secret for secret in secrets if secret in text] for place, text in said.items()} == {
        place: [] for place in said
    }


def told_of(product: Product, settings: Mapping[str, str], file: Path) -> dict[str, str]:
    """Return all that an installation has said of its library, and keeps.

    Args:
        file: Gets a backup.
    """
    api = f"{product.api.url}/api/v1"
    command = [str(Path(sys.executable).with_name("ohdio")), "doctor", "--data", str(product.directory / "data")]
    environment = {name: value for name, value in os.environ.items() if name != "OHDIO_API"}
    doctor = subprocess.run(command, env={**environment, **settings}, capture_output=True, text=True, check=False)
    return {
        "log": product.processes.words_since({}),
        "health": "\n".join(httpx.get(f"{api}/{each}", timeout=60).text for each in ("health", "workers", "settings")),
        "pages": "\n".join(
            httpx.get(f"{product.api.url}{each}", timeout=60).text for each in ("/settings", "/settings/system")
        ),
        "doctor": doctor.stdout + doctor.stderr,
        "backup": backup(product, file),
        "disk": contents(product.directory),
    }


def becomes_one_file_and_what_it_was(product: Product, book: int, first_part: bytes) -> None:
    """Convert a book and put its former files back, while a podcast app hears what there is."""
    with httpx.Client(base_url=f"{product.api.url}/api/v1", timeout=30) as ask:
        address = ask.post("/feeds", json={"scope": "book", "about": str(book)}).json()["address"]

        def heard() -> list[bytes]:
            sounds = [
                entry.enclosures[0].href for entry in feedparser.parse(httpx.get(address, timeout=60).content).entries
            ]
            return [httpx.get(sound, headers={"Range": "bytes=500-999"}, timeout=30).content for sound in sounds]

        in_parts = heard()
        assert in_parts[0] == first_part[500:1000]
        ask.post(f"/audiobooks/{book}/convert", json={"form": "mp3"}).raise_for_status()
        product.wait_until(lambda: ask.get("/library/trash/forms").json()["items"], 30, "it is one file")
        (one,) = heard()
        assert len(one) == 500
        (former,) = ask.get("/library/trash/forms").json()["items"]
        ask.post(f"/library/trash/forms/{former['id']}/restore").raise_for_status()
        assert heard() == in_parts
        ask.post("/library/trash/empty", json={"all": True}).raise_for_status()


@pytest.mark.full
def test_downloaders_that_share_no_folder_complete_every_book_though_one_is_killed(
    object_store: ObjectStore, installer: Installer, tmp_path: Path
) -> None:
    address = object_store.address()
    product = installer.stopped_services(settings_of(address, tmp_path / "first"), downloaders=1)
    product.start()
    product.spawn(Role.DOWNLOADER, WORK_DIR=str(tmp_path / "second"))
    product.wait_for_workers(4)
    catalogue = offered(product, 6, parts=3)
    product.collect(catalogue)
    product.wait_until(lambda: any(each["bytes_done"] for each in product.api.items()), 60, "a book has begun")
    product.kill(Role.DOWNLOADER, product.busiest_downloader())
    product.wait_until_settled(6, within=120)
    assert {each["status"] for each in product.api.items()} == {"completed"}
    fetched(address, tmp_path / "seen").assert_sound(list(catalogue.books))
    assert not list(product.library.glob("**/*.mp3"))
