"""The trash: what was deleted comes back as it was, or when it is asked for again."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import uuid4

import pytest

from ohdio_core.collection import trash_tidying
from ohdio_core.collection.books import load_book
from ohdio_core.collection.trash_drops import drop_files
from ohdio_core.collection.trash_tidying import tidy_trash
from ohdio_core.library.marker import Marker, read_marker
from tests.fixtures.api import Api
from tests.integration.api.filed_books import SOUND, filed

LINK = "https://ici.radio-canada.ca/ohdio/livres-audio/105000/recits"


def order(api: Api, path: str, body: dict[str, Any], status: int = 200) -> Any:
    answer = api.http.post(f"/library/trash/{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def with_parts(api: Api, title: str = "Sailing") -> tuple[int, int]:
    """Put a book into the library of which everything is known; return its id and its item's."""
    book, item = filed(api, title)
    api.engine.execute(
        "INSERT INTO book_parts (audiobook_id, index, external_id, title) "
        "VALUES (:id, 0, '0', 'One'), (:id, 1, '1', 'Two')",
        id=book,
    )
    api.engine.execute("INSERT INTO book_files VALUES (:id, 0, '01 - One.mp3', 9, 'aa', 3)", id=book)
    api.engine.execute(
        "UPDATE audiobooks SET file_size = 10251, narrators = '{Paul}', note = 'Short', description = 'A keeper.', "
        "series_position = '2' WHERE id = :id",
        id=book,
    )
    return book, item


def delete(api: Api, book: int) -> None:
    assert api.http.delete(f"/audiobooks/{book}").status_code == 204


def rows(api: Api, book: int) -> list[Any]:
    """Return all that the database has of a book, without what belongs to the moment."""
    tables = {
        "audiobooks": "id",
        "book_parts": "audiobook_id",
        "book_files": "audiobook_id",
        "queue_items": "audiobook_id",
    }
    found = [
        dict(row._mapping) for table, key in tables.items()
        for row in api.engine.rows(f"SELECT * FROM {table} WHERE {key} = :id", id=book)
    ]  # fmt: skip
    return [{name: value for name, value in row.items() if name != "updated_at"} for row in found]


def entry_of(api: Api, title: str) -> Path:
    """Return the folder of the trash that a book is in."""
    (found,) = (api.library_dir / ".ohdio-trash").glob(f"*/*/{title}")
    return found.parents[1]


def make_undeletable(api: Api, title: str) -> Callable[[], None]:
    """Leave something of people's in the trashed folder of a book, and a file in its way back; return what mends it."""
    (entry_of(api, title) / "Odile Marchand" / title / "notes.txt").write_text("mine")
    author = api.library_dir / "Odile Marchand"
    author.write_text("in the way")
    return author.unlink


def in_library(api: Api) -> set[str]:
    return {str(path.relative_to(api.library_dir)) for path in api.library_dir.glob("[!.]*/*/[!.]*")}


class TestADeletedBook:
    def test_is_listed_with_its_size_and_until_when_it_is_kept(self, api: Api) -> None:
        books = [with_parts(api, title)[0] for title in ("One", "Two", "Three")]
        for book in books:
            delete(api, book)
        page = api.get("/library/trash", limit=2)
        assert [(book["id"], book["title"], book["file_size"]) for book in page["items"]] == [
            (books[2], "Three", 10251), (books[1], "Two", 10251)
        ]  # fmt: skip
        assert (page["books"], page["bytes"]) == (3, 3 * 10251)
        (rest,) = api.get("/library/trash", cursor=page["next"], limit=2)["items"]
        assert rest["id"] == books[0]
        assert rest["kept_until"][:10] > rest["trashed_at"][:10]
        assert api.get("/queue/stats")["trash_bytes"] == 3 * 10251

    def test_comes_back_as_it_was(self, api: Api) -> None:
        book, item = with_parts(api)
        before, files = rows(api, book), in_library(api)
        delete(api, book)
        assert (rows(api, book), in_library(api)) == ([], set())

        assert order(api, "restore", {"ids": [book, 99999]}) == {"changed": 1}

        assert (rows(api, book), in_library(api)) == (before, files)
        assert api.http.get(f"/audiobooks/{book}/audio").content == SOUND
        assert api.item(item)["status"] == "completed"
        assert api.engine.value("SELECT count(*) FROM unwanted_books") == 0
        assert api.get("/library/trash")["items"] == []
        assert order(api, "restore", {"ids": [book]}) == {"changed": 0}

    def test_that_had_left_the_queue_comes_back_without_an_item(self, api: Api) -> None:
        book, item = with_parts(api)
        api.http.delete(f"/queue/items/{item}")
        api.engine.execute("DELETE FROM removed_items")
        delete(api, book)
        order(api, "restore", {"ids": [book]})
        assert api.get(f"/audiobooks/{book}")["status"] == "completed"
        assert api.get("/queue")["items"] == []

    def test_is_found_by_its_scans_again(self, api: Api) -> None:
        book, _ = with_parts(api)
        api.engine.execute(
            "INSERT INTO scrapes (id, url, source, external_id, politeness_key) "
            "VALUES (7, 'u', 's', 'e', 'k'), (8, 'v', 's', 'f', 'k')"
        )
        api.engine.execute(
            "INSERT INTO scrape_books (scrape_id, audiobook_id, is_new) VALUES (7, :id, true), (8, :id, false)", id=book
        )
        delete(api, book)
        api.engine.execute("DELETE FROM scrapes WHERE id = 8")
        order(api, "restore", {"ids": [book]})
        assert [tuple(row) for row in api.engine.rows("SELECT scrape_id, is_new FROM scrape_books")] == [(7, True)]

    def test_whose_name_is_taken_comes_back_beside_it(self, api: Api) -> None:
        book, _ = with_parts(api)
        delete(api, book)
        (api.library_dir / "Odile Marchand" / "Sailing").mkdir(parents=True)
        (api.library_dir / "Odile Marchand" / "Sailing" / "own.mp3").write_bytes(b"mine")
        order(api, "restore", {"ids": [book]})
        path = api.get(f"/audiobooks/{book}")["library_path"]
        assert path == "Odile Marchand/Sailing (Paul)"
        assert api.http.get(f"/audiobooks/{book}/audio").content == SOUND

    def test_that_was_never_in_the_library_is_not_kept(self, api: Api) -> None:
        (item,) = api.engine.titled("One")
        delete(api, api.book_of(item))
        assert api.get("/library/trash")["items"] == []

    def test_whose_files_a_person_took_out_of_the_trash_is_told_and_stays_there(self, api: Api) -> None:
        book, _ = with_parts(api)
        delete(api, book)
        shutil.rmtree(api.library_dir / ".ohdio-trash")
        problem = order(api, "restore", {"ids": [book]}, 409)
        assert problem["detail"].startswith("The files of Sailing are no longer in the trash. Ask for the book again")
        assert rows(api, book) == []
        assert api.get("/library/trash")["books"] == 0
        assert order(api, "restore", {"ids": [book]}) == {"changed": 0}

    def test_whose_files_are_gone_keeps_no_other_from_coming_back(self, api: Api) -> None:
        books = [with_parts(api, title)[0] for title in ("One", "Two", "Three")]
        removal = api.http.post("/audiobooks/delete", json={"ids": books}).json()["removal"]
        shutil.rmtree(entry_of(api, "Two"))
        assert order(api, "restore", {"removal": removal}, 409)["detail"].startswith("The files of Two are no longer")
        assert {book["title"] for book in api.get("/audiobooks")["items"]} == {"One", "Three"}
        assert api.get("/library/trash")["items"] == []

    def test_goes_for_good_alone_or_with_all(self, api: Api) -> None:
        books = [with_parts(api, title)[0] for title in ("One", "Two", "Three")]
        for book in books:
            delete(api, book)
        assert order(api, "empty", {"ids": [books[0]]}) == {"changed": 1}
        assert [book["id"] for book in api.get("/library/trash")["items"]] == [books[2], books[1]]
        assert order(api, "empty", {"all": True}) == {"changed": 2}
        assert order(api, "restore", {"ids": books}) == {"changed": 0}, "though its files are still there"
        assert not drop_files(api.engine.database, api.library)
        assert [path.name for path in (api.library_dir / ".ohdio-trash").iterdir()] == [".ignore"]
        assert order(api, "restore", {"ids": books}) == {"changed": 0}

    def test_goes_for_good_though_another_cannot(self, api: Api) -> None:
        books = [with_parts(api, title)[0] for title in ("One", "Two", "Three")]
        for book in books:
            delete(api, book)
        mend = make_undeletable(api, "Two")
        assert order(api, "empty", {"all": True}) == {"changed": 3}
        drop_files(api.engine.database, api.library)
        assert [there.folder.name for there in api.library.trash.folders()] == ["Two"]
        mend()
        api.engine.execute("UPDATE trash_drops SET due_at = now()")
        drop_files(api.engine.database, api.library)
        assert api.library.trash.folders() == []

    def test_goes_for_good_with_many_by_one_look_into_each_folder(
        self, api: Api, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for title in "abcdefghijkl":
            delete(api, with_parts(api, title)[0])
        looks, read = list[Path](), read_marker

        def look(folder: Path) -> Marker | None:
            looks.append(folder)
            return read(folder)

        monkeypatch.setattr("ohdio_core.library.trash.read_marker", look)
        assert order(api, "empty", {"all": True}) == {"changed": 12}
        drop_files(api.engine.database, api.library)
        assert len(looks) <= 2 * 12, "one to give back what is people's, and one to delete what is ours"

    def test_stays_while_the_librarys_disk_is_not_mounted(self, api: Api) -> None:
        book, _ = with_parts(api)
        delete(api, book)
        away = api.library_dir.parent / "staged-disk"
        shutil.move(api.library_dir, away)
        api.library_dir.mkdir()
        assert "mount it" in order(api, "restore", {"ids": [book]}, 503)["detail"]
        assert "mount it" in order(api, "empty", {"all": True}, 503)["detail"]
        api.library_dir.rmdir()
        shutil.move(away, api.library_dir)
        assert order(api, "restore", {"ids": [book]}) == {"changed": 1}

    @pytest.mark.parametrize(
        "body", [{}, {"ids": []}, {"removal": "x"}, {"ids": [1], "removal": str(uuid4())}, {"ids": [2**64]}]
    )
    def test_is_not_restored_by_an_order_that_is_not_clear(self, api: Api, body: dict[str, Any]) -> None:
        order(api, "restore", body, 422)

    @pytest.mark.parametrize("body", [{}, {"all": False}, {"ids": [1], "all": True}])
    def test_is_not_dropped_by_an_order_that_is_not_clear(self, api: Api, body: dict[str, Any]) -> None:
        order(api, "empty", body, 422)


class TestAskingAgain:
    @pytest.fixture
    def deleted(self, api: Api) -> int:
        """A book of a real site that was deleted; its id."""
        (item,) = api.engine.titled("Sailing")
        api.engine.execute(
            "UPDATE audiobooks SET url = :url, source = 'ohdio', external_id = '105000', narrators = '{Paul}'", url=LINK
        )
        api.engine.execute(
            "INSERT INTO book_parts (audiobook_id, index, external_id) VALUES (:id, 0, '0'), (:id, 1, '1')",
            id=api.book_of(item),
        )
        book = api.file_book(item, {"01 - One.mp3": SOUND, "02 - Two.mp3": SOUND})
        delete(api, book)
        return book

    def test_makes_it_due_without_asking_its_site(self, api: Api, deleted: int) -> None:
        (added,) = api.http.post("/submissions", json={"urls": [LINK]}).json()["results"]
        book = api.get(f"/audiobooks/{added['id']}")
        assert (added["state"], book["title"], book["narrators"], len(book["parts"])) == (
            "accepted",
            "Sailing",
            ["Paul"],
            2,
        )
        assert added["id"] != deleted
        item = api.engine.row(book["queue_item_id"])
        assert (item.status, item.is_ready, item.stage, item.parts_total) == ("queued", True, "waiting", 2)
        assert api.engine.value("SELECT count(*) FROM extractions") == 0
        assert api.get("/library/trash")["items"] == []
        assert order(api, "restore", {"ids": [deleted]}) == {"changed": 0}


class TestTidying:
    def tidy(self, api: Api) -> None:
        tidy_trash(api.engine.database, api.library)
        drop_files(api.engine.database, api.library)

    def test_a_book_goes_for_good_after_seven_days(self, api: Api) -> None:
        old, new = (with_parts(api, title)[0] for title in ("Old", "New"))
        for book in (old, new):
            delete(api, book)
        api.engine.execute(
            "UPDATE trashed_books SET trashed_at = now() - interval '7 days 1 minute' WHERE audiobook_id = :id", id=old
        )
        self.tidy(api)
        assert [book["id"] for book in api.get("/library/trash")["items"]] == [new]
        assert order(api, "restore", {"ids": [new]}) == {"changed": 1}

    def test_a_book_goes_for_good_though_others_that_were_deleted_before_cannot(
        self, api: Api, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(trash_tidying, "_MOST_DROPPED", 1)
        books = [with_parts(api, title)[0] for title in ("One", "Two", "Three")]
        for book in books:
            delete(api, book)
        api.engine.execute(
            "UPDATE trashed_books SET trashed_at = now() - interval '8 days' + interval '1 ms' * audiobook_id"
        )
        for title in ("One", "Two"):
            make_undeletable(api, title)

        self.tidy(api)
        assert api.get("/library/trash")["items"] == []
        assert {there.folder.name for there in api.library.trash.folders()} == {"One", "Two"}

    def test_a_book_whose_deletion_was_killed_before_its_commit_comes_back(self, api: Api) -> None:
        book, _ = with_parts(api)
        before = rows(api, book)
        self.move_away(api, book)
        self.tidy(api)
        assert in_library(api) == set(), "it may be deleted at this moment"
        self.age(api, timedelta(minutes=11))
        self.tidy(api)
        assert rows(api, book) == before
        assert api.http.get(f"/audiobooks/{book}/audio").content == SOUND

    def test_a_book_whose_deletion_was_killed_is_deleted_once_more_and_comes_back(self, api: Api) -> None:
        book, _ = with_parts(api)
        before = rows(api, book)
        self.move_away(api, book)
        delete(api, book)
        assert order(api, "restore", {"ids": [book]}) == {"changed": 1}
        assert rows(api, book) == before
        assert api.http.get(f"/audiobooks/{book}/audio").content == SOUND

    def test_what_the_database_knows_nothing_of_is_kept_as_long_as_all(self, api: Api) -> None:
        book, _ = with_parts(api)
        delete(api, book)
        api.engine.execute("DELETE FROM trashed_books")  # as in a database that was restored
        self.age(api, timedelta(days=6))
        self.tidy(api)
        assert len(self.entries(api)) == 1
        self.age(api, timedelta(days=8))
        self.tidy(api)
        assert self.entries(api) == []

    def move_away(self, api: Api, book: int) -> None:
        """Do what a deletion does that is killed before its commit."""
        stored = api.engine.order(load_book, book)
        assert stored.library_path is not None
        assert api.library.delete(PurePosixPath(stored.library_path), stored.owner_id)

    def entries(self, api: Api) -> list[Path]:
        return list((api.library_dir / ".ohdio-trash").glob("*-*"))

    def age(self, api: Api, age: timedelta) -> None:
        """Make what is in the trash look so old."""
        for entry in self.entries(api):
            os.utime(entry, (0, time.time() - age.total_seconds()))


def test_several_books_are_deleted_in_one_order_which_is_undone_as_one(api: Api) -> None:
    books = [with_parts(api, title)[0] for title in ("One", "Two", "Three")]
    deleted = api.http.post("/audiobooks/delete", json={"ids": [*books[:2], 999_999]}).json()
    assert (deleted["changed"], deleted["problems"]) == (2, [])
    assert [book["id"] for book in api.get("/audiobooks")["items"]] == [books[2]]
    assert order(api, "restore", {"removal": deleted["removal"]}) == {"changed": 2}
    assert len(api.get("/audiobooks")["items"]) == 3


def test_several_books_are_fetched_again_and_what_cannot_be_is_told(api: Api) -> None:
    books = [with_parts(api, title)[0] for title in ("One", "Two")]
    again = api.http.post("/audiobooks/download", json={"ids": [books[0]]}).json()
    assert again == {"changed": 1, "problems": []}
    again = api.http.post("/audiobooks/download", json={"ids": books}).json()
    assert again["changed"] == 1
    assert [problem["id"] for problem in again["problems"]] == ["book.in_queue"]
