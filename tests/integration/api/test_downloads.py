"""Books of the library, kept on another device."""

from __future__ import annotations

import io
import zipfile

from tests.fixtures.api import Api
from tests.integration.api.filed_books import PICTURE, SOUND, filed


def test_a_book_is_an_archive_of_its_files_as_they_are_named_and_stored(api: Api) -> None:
    book_id, _ = filed(api, "Élan")
    answer = api.http.get(f"/audiobooks/{book_id}/download")
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == "attachment; filename*=utf-8''%C3%89lan.zip"
    assert answer.headers["content-length"] == str(len(answer.content))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        files = {name.removeprefix("Odile Marchand/Élan/"): archive.read(name) for name in archive.namelist()}
    assert files == {"01 - One.mp3": SOUND, "02 - Two.m4a": b"second part", "cover.jpg": PICTURE}


def test_several_books_are_one_archive_each_once(api: Api) -> None:
    one, two = (filed(api, title)[0] for title in ("One", "Two"))
    answer = api.http.get("/library/download", params={"audiobook": [one, two, one]})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == 6
        assert {name.split("/")[1] for name in archive.namelist()} == {"One", "Two"}


def test_what_is_not_in_the_library_is_said(api: Api) -> None:
    book_id, _ = filed(api)
    (item_id,) = api.engine.items(1)
    waiting = api.book_of(item_id)
    assert api.http.get(f"/audiobooks/{waiting}/download").json()["message"]["id"] == "book.not_filed"
    assert api.http.get("/library/download", params={"audiobook": [book_id, waiting]}).status_code == 404
    assert api.http.get("/audiobooks/9999/download").status_code == 404
    assert api.http.get("/library/download").status_code == 422
    (api.library_dir / "Odile Marchand/Sailing/02 - Two.m4a").unlink()
    assert api.http.get(f"/audiobooks/{book_id}/download").status_code == 404
