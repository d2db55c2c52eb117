"""Covers in the sizes that pages show."""

from __future__ import annotations

import io
import os
from datetime import timedelta

import httpx
import pytest
from PIL import Image

from ohdio_core.library.folder import FolderLibrary
from tests.fixtures.api import Api
from tests.integration.api.filed_books import SOUND
from tests.sites.pictures import jpeg


def filed_with(api: Api, cover: bytes | None) -> int:
    (item_id,) = api.engine.items(1)
    api.engine.execute("UPDATE audiobooks SET title = 'Sailing', authors = '{Odile Marchand}'")
    return api.file_book(item_id, {"01 - One.mp3": SOUND}, cover)


def ask(api: Api, book_id: int, query: str = "size=96", **headers: str) -> httpx.Response:
    return api.http.get(f"/audiobooks/{book_id}/cover?{query}", headers=headers)


def kept(api: Api) -> list[str]:
    return sorted(path.name for path in (api.library_dir / ".ohdio-covers").glob("*"))


@pytest.mark.parametrize("size", [96, 320, 640])
def test_each_size_is_a_jpeg_that_a_browser_takes_for_nothing_else(api: Api, size: int) -> None:
    answer = ask(api, filed_with(api, jpeg(3, 700)), f"size={size}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert Image.open(io.BytesIO(answer.content), formats=["JPEG"]).size == (size, size)


def test_is_made_once_and_known_by_its_tag(api: Api) -> None:
    book_id = filed_with(api, jpeg(3, 700))
    first = ask(api, book_id)
    (name,) = kept(api)
    made_at = (api.library_dir / ".ohdio-covers" / name).stat().st_mtime_ns
    again = ask(api, book_id)
    assert again.content == first.content
    assert (api.library_dir / ".ohdio-covers" / name).stat().st_mtime_ns == made_at
    known = ask(api, book_id, **{"If-None-Match": first.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")
    head = api.http.head(f"/audiobooks/{book_id}/cover?size=96")
    assert (head.status_code, int(head.headers["content-length"]), head.content) == (200, len(first.content), b"")


def test_of_a_cover_that_a_person_has_replaced_is_another(api: Api) -> None:
    book_id = filed_with(api, jpeg(3, 700))
    first = ask(api, book_id)
    (api.library_dir / "Odile Marchand/Sailing/cover.jpg").write_bytes(jpeg(9, 400))
    other = ask(api, book_id)
    assert other.headers["etag"] != first.headers["etag"]
    assert other.content != first.content


@pytest.mark.parametrize(
    "cover",
    [None, b"<html><script>alert(1)</script></html>", b"<svg xmlns='http://www.w3.org/2000/svg'/>", jpeg(3)[:300]],
    ids=["none", "a web page", "SVG", "half of one"],
)
def test_of_what_cannot_be_shown_is_not_there(api: Api, cover: bytes | None) -> None:
    answer = ask(api, filed_with(api, cover))
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert kept(api) == []


def test_of_an_enormous_file_is_not_there_and_takes_no_memory(api: Api) -> None:
    book_id = filed_with(api, jpeg(3))
    os.truncate(api.library_dir / "Odile Marchand/Sailing/cover.jpg", 2**30)
    assert ask(api, book_id).status_code == 404


def test_of_a_book_that_is_not_filed_is_not_fetched_from_its_site(api: Api) -> None:
    (item_id,) = api.engine.items(1)
    api.engine.execute("UPDATE audiobooks SET cover_url = 'https://stories.example/cover.jpg'")
    assert ask(api, api.book_of(item_id)).status_code == 404
    assert ask(api, api.book_of(item_id), "").status_code == 307


@pytest.mark.parametrize("size", ["97", "0", "-96", "big", "1e9", "96.5"])
def test_there_are_no_other_sizes(api: Api, size: str) -> None:
    assert ask(api, filed_with(api, jpeg(3)), f"size={size}").status_code == 422


def test_is_shown_though_it_cannot_be_kept(api: Api) -> None:
    book_id = filed_with(api, jpeg(3))
    (api.library_dir / ".ohdio-covers").write_bytes(b"a file in its way")
    assert ask(api, book_id).status_code == 200


def test_those_of_long_ago_are_tidied_away(api: Api) -> None:
    ask(api, filed_with(api, jpeg(3)))
    (name,) = kept(api)
    os.utime(api.library_dir / ".ohdio-covers" / name, (0, 0))
    FolderLibrary(api.library_dir).remove_leftovers(older_than=timedelta(days=1))
    assert kept(api) == []
