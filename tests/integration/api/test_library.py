"""What is in the library now, and what is missing."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from tests.fixtures.api import Api


def filed(api: Api, *titles: str) -> list[int]:
    """Put a book of each title into the library; return their ids."""
    books = []
    for number, title in zip(api.engine.items(len(titles)), titles, strict=True):
        api.engine.execute(
            "UPDATE audiobooks SET source = 'ohdio', title = :title WHERE id = :id", title=title, id=api.book_of(number)
        )
        books.append(api.file_book(number, {f"{title}.mp3": b"sound" * 100}))
    return books


def lose(api: Api, *titles: str) -> None:
    """Delete the folders of books by hand."""
    for title in titles:
        shutil.rmtree(api.library_dir / "Odile Marchand" / title)


def there(api: Api, **asked: Any) -> list[str]:
    return [book["title"] for book in api.get("/library", **asked)["items"]]


def missing(api: Api, **asked: Any) -> list[str]:
    return [book["title"] for book in api.get("/library/missing", **asked)["items"]]


class TestBooksWhoseFilesWereDeletedByHand:
    def test_are_missing_and_are_not_listed_as_there(self, api: Api) -> None:
        filed(api, "Le phare", "La mer", "Le talus")
        lose(api, "La mer")
        assert there(api) == ["Le phare", "Le talus"]
        assert missing(api) == ["La mer"]
        assert api.get("/library/missing")["checked"] == 3

    def test_are_missing_when_they_left_the_queue_too(self, api: Api) -> None:
        filed(api, "Le phare", "La mer")
        api.http.post("/queue/clear", json={"status": "completed"})
        lose(api, "La mer")
        assert missing(api) == ["La mer"]

    def test_are_missing_when_a_part_of_them_is_gone(self, api: Api) -> None:
        filed(api, "Le phare", "La mer")
        (api.library_dir / "Odile Marchand" / "La mer" / "La mer.mp3").unlink()
        assert missing(api) == ["La mer"]

    def test_are_not_missing_when_a_player_has_made_one_file_of_theirs(self, api: Api) -> None:
        book, _ = filed(api, "Le phare", "La mer")
        folder = api.library_dir / "Odile Marchand" / "Le phare"
        (folder / "Le phare.mp3").rename(folder / "Odile Marchand.m4b")
        assert (there(api), missing(api)) == (["Le phare", "La mer"], [])
        heard = api.http.get(f"/audiobooks/{book}/audio")
        assert (heard.content, heard.headers["content-type"]) == (b"sound" * 100, "audio/mp4")
        (folder / "Odile Marchand.m4b").rename(folder / "notes.txt")
        assert (there(api), missing(api)) == (["La mer"], ["Le phare"])

    def test_are_missing_when_another_book_has_their_place(self, api: Api) -> None:
        first, _ = filed(api, "Le phare", "La mer")
        lose(api, "Le phare")
        (api.library_dir / "Odile Marchand" / "La mer").rename(api.library_dir / "Odile Marchand" / "Le phare")
        assert missing(api) == ["Le phare"]
        assert [book["id"] for book in api.get("/library/missing")["items"]] == [first]

    def test_are_found_by_words(self, api: Api) -> None:
        filed(api, "Le phare", "La mer")
        lose(api, "La mer")
        assert (missing(api, q="mer"), missing(api, q="phare")) == (["La mer"], [])
        assert (there(api, q="mer"), there(api, q="phare")) == ([], ["Le phare"])

    def test_are_no_longer_missing_once_they_are_on_their_way(self, api: Api) -> None:
        (book,) = filed(api, "La mer")
        lose(api, "La mer")
        assert api.http.post("/library/missing/fetch", json={"ids": [book]}).json() == {"changed": 1}
        assert missing(api) == []
        (item,) = api.get("/queue")["items"]
        assert (item["status"], item["stage"]) == ("queued", "metadata")

    def test_can_be_fetched_again_when_they_left_the_queue(self, api: Api) -> None:
        (book,) = filed(api, "La mer")
        api.http.post("/queue/clear", json={"status": "completed"})
        lose(api, "La mer")
        assert api.http.post("/library/missing/fetch", json={"ids": [book]}).json() == {"changed": 1}
        assert [item["status"] for item in api.get("/queue")["items"]] == ["queued"]

    def test_can_be_let_go_and_no_file_that_is_left_of_them_is_touched(self, api: Api) -> None:
        kept, gone = filed(api, "Le phare", "La mer")
        folder = api.library_dir / "Odile Marchand" / "La mer"
        (folder / "La mer.mp3").unlink()
        (folder / "notes.txt").write_text("mine")

        assert api.http.post("/library/missing/forget", json={"ids": [kept, gone]}).json() == {"changed": 1}

        assert [book["id"] for book in api.get("/audiobooks")["items"]] == [kept]
        assert [item["audiobook"]["id"] for item in api.get("/queue")["items"]] == [kept]
        assert (folder / "notes.txt").exists()
        assert api.engine.value("SELECT count(*) FROM unwanted_books") == 1

    def test_are_never_unwanted_by_themselves(self, api: Api) -> None:
        filed(api, "La mer")
        lose(api, "La mer")
        assert missing(api) == ["La mer"]
        assert api.engine.value("SELECT count(*) FROM unwanted_books") == 0

    def test_that_came_back_are_left_alone(self, api: Api) -> None:
        (book,) = filed(api, "La mer")
        for action in ("fetch", "forget"):
            assert api.http.post(f"/library/missing/{action}", json={"ids": [book]}).json() == {"changed": 0}
        assert there(api) == ["La mer"]


class TestAPage:
    def test_counts_what_is_missing_of_it(self, api: Api) -> None:
        filed(api, "Le phare", "La mer", "Le talus")
        lose(api, "La mer", "Le talus")
        first = api.get("/library", limit=2)
        assert ([book["title"] for book in first["items"]], first["missing"]) == (["Le phare"], 1)
        second = api.get("/library", limit=2, cursor=first["next"])
        assert (second["items"], second["missing"], second["next"]) == ([], 1, None)
        assert api.get("/library", q="phare")["missing"] == 0

    def test_counts_none_that_is_on_its_way_again(self, api: Api) -> None:
        (book,) = filed(api, "La mer")
        lose(api, "La mer")
        api.http.post("/library/missing/fetch", json={"ids": [book]})
        assert api.get("/library") == {"items": [], "next": None, "missing": 0}


class TestAFolderThatWasMoved:
    def test_is_there_under_its_new_name(self, api: Api) -> None:
        filed(api, "Le phare")
        (api.library_dir / "Odile Marchand" / "Le phare").rename(api.library_dir / "Phares")
        assert missing(api) == []
        (book,) = api.get("/library")["items"]
        assert book["library_path"] == "Phares"
        assert api.http.get(f"/audiobooks/{book['id']}/audio").status_code == 200

    def test_is_never_missing_though_all_were_moved(self, api: Api) -> None:
        filed(api, *(f"Tome {number}" for number in range(25)))
        (api.library_dir / "Odile Marchand").rename(api.library_dir / "Marchand, Odile")
        assert missing(api) == []
        assert len(there(api, limit=200)) == 25


class TestALibraryOfWhichManyBooksAreGone:
    @pytest.mark.parametrize(
        ("books", "lost", "are_many"), [(40, 2, False), (40, 3, True), (19, 1, False), (8, 2, True)]
    )
    def test_names_them_all_and_warns_of_a_disk_that_is_not_mounted(
        self, api: Api, books: int, lost: int, *, are_many: bool
    ) -> None:
        titles = [f"Tome {number}" for number in range(books)]
        filed(api, *titles)
        lose(api, *titles[:lost])

        answer = api.get("/library/missing")

        assert [book["title"] for book in answer["items"]] == titles[:lost]
        if not are_many:
            assert answer["note"] is None
            return
        assert answer["note"].startswith(f"{lost} of {books} complete books are not in {api.library_dir}. So many")
        assert "not mounted" in answer["note"]

    def test_does_with_those_that_are_named_what_is_asked(self, api: Api) -> None:
        first, second, third, *_ = filed(api, *(f"Tome {number}" for number in range(8)))
        lose(api, "Tome 0", "Tome 1", "Tome 2")
        assert api.http.post("/library/missing/forget", json={"ids": [first]}).json() == {"changed": 1}
        assert api.http.post("/library/missing/fetch", json={"ids": [second, third]}).json() == {"changed": 2}
        assert missing(api) == []
        assert len(there(api)) == 5
        assert len(api.get("/audiobooks")["items"]) == 7

    def test_warns_when_all_of_it_is_gone_but_for_its_mark(self, api: Api) -> None:
        filed(api, "Le phare", "La mer")
        shutil.rmtree(api.library_dir / "Odile Marchand")
        answer = api.get("/library/missing")
        assert [book["title"] for book in answer["items"]] == ["Le phare", "La mer"]
        assert answer["note"].startswith("2 of 2 complete books are not in")

    def test_warns_from_twenty_one_books_on_however_large_it_is(self, api: Api) -> None:
        titles = [f"Tome {number}" for number in range(21)]
        filed(api, "Le phare", *titles)
        # As many others as would make those few, which are all in one folder so that the test is quick.
        api.engine.execute(
            """
            INSERT INTO audiobooks (source, external_id, url, library_path)
            SELECT source, external_id || '-' || n, url || '/' || n, library_path
            FROM audiobooks, generate_series(1, 500) AS n WHERE title = 'Le phare'
            """
        )
        (marker,) = (api.library_dir / "Odile Marchand" / "Le phare").glob(".ohdio.json")
        said = marker.read_text()
        lose(api, *titles)
        for row in api.engine.rows("SELECT id, external_id FROM audiobooks WHERE title IS NULL"):
            folder = api.library_dir / "Copies" / str(row.id)
            folder.mkdir(parents=True)
            (folder / "Le phare.mp3").write_bytes(b"sound" * 100)
            (original,) = api.engine.rows("SELECT external_id FROM audiobooks WHERE title = 'Le phare'")
            (folder / ".ohdio.json").write_text(said.replace(f':{original.external_id}"', f':{row.external_id}"'))
        api.engine.execute("UPDATE audiobooks SET library_path = 'Copies/' || id WHERE title IS NULL")
        answer = api.get("/library/missing")
        assert [book["title"] for book in answer["items"]] == titles
        assert answer["note"].startswith("21 of 522 complete books are not in")


class TestALibraryThatIsNotThere:
    def test_is_one_without_its_mark_and_nothing_of_it_is_touched(self, api: Api) -> None:
        ids = filed(api, "Le phare", "La mer")
        shutil.rmtree(api.library_dir)
        api.library_dir.mkdir()
        answers = [api.http.get(path) for path in ("/library", "/library/missing")]
        answers += [api.http.post(f"/library/missing/{action}", json={"ids": ids}) for action in ("fetch", "forget")]
        for answer in answers:
            assert answer.status_code == 503
            assert "mount" in answer.json()["detail"]
        assert len(api.get("/audiobooks")["items"]) == 2


def test_a_library_without_books_misses_none(api: Api) -> None:
    assert api.get("/library/missing") == {
        "location": str(api.library_dir),
        "checked": 0,
        "items": [],
        "note": None,
        "note_message": None,
    }
