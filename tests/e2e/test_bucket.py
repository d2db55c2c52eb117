"""The main job with the library in a bucket: downloaders share nothing but PostgreSQL, RabbitMQ and that."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import httpx
import pytest

from ohdio_core.library.bucket.address import BucketAddress
from ohdio_core.library.bucket.objects import Objects
from tests.e2e.shelf import Shelf
from tests.fixtures.object_store import ObjectStore
from tests.fixtures.product import Installer, Product, Role, fresh_category
from tests.sites.catalogue import Catalogue, SimBook


def settings_of(address: BucketAddress, work_dir: Path) -> Mapping[str, str]:
    return {
        "LIBRARY_URL": address.location,
        "LIBRARY_DIR": "",
        "WORK_DIR": str(work_dir),
        "AWS_ENDPOINT_URL": str(address.endpoint),
        "AWS_ACCESS_KEY_ID": str(address.key_id),
        "AWS_SECRET_ACCESS_KEY": str(address.secret),
    }


def fetched(address: BucketAddress, folder: Path) -> Shelf:
    """Return all that is in a bucket as a library in a folder: editions are one level less there."""
    objects = Objects(address)
    for stored in objects.below(""):
        key = PurePosixPath(stored.key)
        is_marker = key.name == ".ohdio.json"
        place = folder / (key if is_marker or len(key.parts) < 3 else key.parent.parent / key.name)
        place.parent.mkdir(parents=True, exist_ok=True)
        found = objects.read(stored.key)
        assert found is not None
        place.write_bytes(found[0])
    return Shelf(folder)


def audio(product: Product, path: str, **headers: str) -> httpx.Response:
    return httpx.get(f"{product.api.url}/api/v1/{path}", headers=headers, timeout=30)


def heard_at(product: Product, book: SimBook) -> tuple[dict[str, Any], str]:
    """Return a book's queue item, and where its sound is."""
    item = product.api.item_of(book)
    return item, f"audiobooks/{item['audiobook']['id']}/audio"


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
    product = installer.standalone(settings_of(address, tmp_path / "work"))
    catalogue = offered(product, 2, parts=2)
    product.collect(catalogue)
    product.wait_until_settled(2, within=60)
    shelf = fetched(address, tmp_path / "seen")
    shelf.assert_sound(list(catalogue.books))

    (book, _) = catalogue.books
    item, path = heard_at(product, book)
    whole = b"".join(file.read_bytes() for file in shelf.files(book)[:1])
    answer = audio(product, path, Range="bytes=1000-2999")
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

    product.api.delete_with_files(item)
    assert audio(product, path).status_code == 404
    trash = f"{product.api.url}/api/v1/library/trash"
    (there,) = httpx.get(trash).json()["items"]
    httpx.post(f"{trash}/restore", json={"ids": [there["id"]]}, timeout=30).raise_for_status()
    assert audio(product, heard_at(product, book)[1], Range="bytes=0-99").content == whole[:100]
    fetched(address, tmp_path / "again").assert_sound(list(catalogue.books))
    assert str(address.secret) not in product.processes.words_since({})


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
