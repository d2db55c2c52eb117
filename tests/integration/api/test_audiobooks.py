"""Books: reading, listening, deleting, downloading again."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text

from ohdio_core.domain.queue import StopReason
from ohdio_core.work.outcome import PutBack
from tests.fixtures.api import Api
from tests.fixtures.workers import wait_until
from tests.integration.api.filed_books import PICTURE, SOUND, filed


def is_anybody_waiting_for_a_lock(api: Api) -> bool:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    return bool(api.engine.value(waiting))


class TestReading:
    def test_one_book_with_its_parts(self, api: Api) -> None:
        book_id, item_id = filed(api)
        api.engine.execute(
            "INSERT INTO book_parts (audiobook_id, index, external_id, title) VALUES (:id, 0, 'a', 'One')", id=book_id
        )
        book = api.get(f"/audiobooks/{book_id}")
        assert (book["title"], book["authors"]) == ("Sailing", ["Odile Marchand"])
        assert (book["status"], book["queue_item_id"]) == ("completed", item_id)
        assert book["library_path"] == "Odile Marchand/Sailing"
        assert book["parts"] == [{"part": 1, "title": "One", "duration_seconds": None}]
        assert book["files"] == []

    def test_its_files_with_their_checksums_and_chapters(self, api: Api) -> None:
        quay = {"start_seconds": 0.0, "title": "The quay"}
        book_id, _ = filed(api)
        api.engine.execute(
            "INSERT INTO book_files VALUES "
            """(:id, 1, '02 - Two.m4a', 11, 'bb', NULL, '[[0, "The quay"]]'), """
            "(:id, 0, '01 - One.mp3', 9, 'aa', 3, NULL)",
            id=book_id,
        )
        assert api.get(f"/audiobooks/{book_id}")["files"] == [
            {"part": 1, "name": "01 - One.mp3", "size": 9, "sha256": "aa", "duration_seconds": 3.0, "chapters": []},
            {
                "part": 2,
                "name": "02 - Two.m4a",
                "size": 11,
                "sha256": "bb",
                "duration_seconds": None,
                "chapters": [quay],
            },
        ]

    def test_a_filed_book_that_left_the_queue_is_still_complete(self, api: Api) -> None:
        book_id, item_id = filed(api)
        api.http.delete(f"/queue/items/{item_id}")
        book = api.get(f"/audiobooks/{book_id}")
        assert (book["status"], book["queue_item_id"]) == ("completed", None)

    def test_all_sorted_page_by_page(self, api: Api) -> None:
        api.engine.items(3)
        titles = [("b", "Zoé"), ("A", "Yan"), ("c", "Ann")]
        for (book_id,), (title, author) in zip(
            api.engine.rows("SELECT id FROM audiobooks ORDER BY id"), titles, strict=True
        ):
            api.engine.execute(
                "UPDATE audiobooks SET title = :title, authors = ARRAY[CAST(:author AS text)] WHERE id = :id",
                title=title,
                author=author,
                id=book_id,
            )

        def listed(sort: str, order: str) -> str:
            first = api.get("/audiobooks", sort=sort, order=order, limit=2)
            rest = api.get("/audiobooks", sort=sort, order=order, limit=2, cursor=first["next"])
            assert rest["next"] is None
            return "".join(book["title"] for book in first["items"] + rest["items"])

        assert [listed(sort, "asc") for sort in ("title", "author", "added")] == ["Abc", "cAb", "bAc"]
        assert [listed(sort, "desc") for sort in ("title", "author", "added")] == ["cbA", "bAc", "cAb"]

    def test_those_with_words_and_those_in_the_library(self, api: Api) -> None:
        book_id, _ = filed(api)
        api.engine.items(1)
        assert [book["id"] for book in api.get("/audiobooks", q="sail")["items"]] == [book_id]
        assert [book["id"] for book in api.get("/audiobooks", q="marchand")["items"]] == [book_id]
        assert [book["id"] for book in api.get("/audiobooks", is_filed=True)["items"]] == [book_id]
        assert book_id not in [book["id"] for book in api.get("/audiobooks", is_filed=False)["items"]]

    def test_the_episodes_of_a_show_by_its_name_in_library_and_queue(self, api: Api) -> None:
        first, second, _ = api.engine.titled("Récit 1", "Récit 2", "Le phare")
        books = [api.book_of(first), api.book_of(second)]
        for book in books:
            api.engine.execute("UPDATE audiobooks SET episode_of = 'Nuits d’été' WHERE id = :id", id=book)
        assert sorted(book["id"] for book in api.get("/audiobooks", q="nuits d'ete")["items"]) == books
        assert sorted(item["id"] for item in api.get("/queue", q="NUITS")["items"]) == [first, second]
        assert api.get("/queue/matching", q="nuits")["items"] == 2
        assert [item["id"] for item in api.get("/queue", q="récit 2")["items"]] == [second]
        api.engine.execute("UPDATE audiobooks SET episode_of = NULL WHERE id = :id", id=books[0])
        assert [item["id"] for item in api.get("/queue", q="nuits")["items"]] == [second]

    def test_those_that_the_scans_of_a_link_have_added(self, api: Api) -> None:
        here, there = "https://stories.example/feed.xml", "https://other.example/feed.xml"
        (known, *_) = api.engine.items(1)
        for link in (here, there, here.replace("feed", "old")):
            api.http.post("/submissions", json={"urls": [link]})
        api.engine.execute("UPDATE scrapes SET status = 'completed', is_dismissed = true WHERE url = :url", url=here)
        api.http.post("/submissions", json={"urls": [here]})
        first, again, both, theirs = api.engine.items(4)
        scans = [row.id for row in api.engine.rows("SELECT id FROM scrapes ORDER BY id")]
        early, other, _, late = scans
        for scan, item in (
            (early, known), (early, first), (late, first), (late, again), (late, both), (other, both), (other, theirs)
        ):  # fmt: skip
            api.engine.execute(
                "INSERT INTO scrape_books (scrape_id, audiobook_id) VALUES (:scan, :book)",
                scan=scan,
                book=api.book_of(item),
            )

        def added(link: str) -> list[int]:
            return [book["queue_item_id"] for book in api.get("/audiobooks", added_by=link)["items"]]

        assert added(here) == added(here.removeprefix("https://")) == [first, again]
        assert added(there) == [theirs]
        assert added("https://nowhere.example/feed.xml") == []

    @pytest.mark.parametrize(
        ("method", "path"),
        [("GET", ""), ("DELETE", ""), ("POST", "/download"), ("GET", "/audio"), ("HEAD", "/audio"), ("GET", "/cover")],
    )
    def test_a_book_that_is_not_there_is_not_found(self, api: Api, method: str, path: str) -> None:
        assert api.http.request(method, f"/audiobooks/999999{path}").status_code == 404

    def test_of_a_link_however_it_is_written(self, api: Api) -> None:
        link = "https://ici.radio-canada.ca/ohdio/livres-audio/105000/recits"
        (added,) = api.http.post("/submissions", json={"urls": [link]}).json()["results"]
        api.engine.items(1)
        for written in (link, added["url"], f"{link}?utm_source=x", link.replace("https:", "http:")):
            assert [book["id"] for book in api.get("/audiobooks", url=written)["items"]] == [added["id"]]
        assert api.get("/audiobooks", url="nonsense")["items"] == []


class TestCover:
    def test_is_our_copy(self, api: Api) -> None:
        book_id, _ = filed(api)
        answer = api.http.get(f"/audiobooks/{book_id}/cover")
        assert (answer.content, answer.headers["content-type"]) == (PICTURE, "image/jpeg")

    def test_is_at_its_source_before_there_is_a_copy(self, api: Api) -> None:
        (item_id,) = api.engine.items(1)
        api.engine.execute("UPDATE audiobooks SET cover_url = 'https://stories.example/1.jpg'")
        answer = api.http.get(f"/audiobooks/{api.book_of(item_id)}/cover")
        assert (answer.status_code, answer.headers["location"]) == (307, "https://stories.example/1.jpg")

    @pytest.mark.parametrize("url", [None, "javascript:alert(1)"])
    def test_may_be_missing(self, api: Api, url: str | None) -> None:
        (item_id,) = api.engine.items(1)
        api.engine.execute("UPDATE audiobooks SET cover_url = :url", url=url)
        assert api.http.get(f"/audiobooks/{api.book_of(item_id)}/cover").status_code == 404


class TestDeleting:
    def test_takes_files_and_rows(self, api: Api) -> None:
        book_id, _ = filed(api)
        assert api.http.delete(f"/audiobooks/{book_id}").status_code == 204
        assert sorted(path.name for path in api.library_dir.iterdir()) == [".ohdio-library", ".ohdio-trash"]
        assert api.http.get(f"/audiobooks/{book_id}").status_code == 404
        assert api.get("/queue")["items"] == []

    @pytest.mark.parametrize("place", ["Sailing", "Series/Sea/1 Sailing (read by Zoé)"])
    def test_takes_a_folder_that_was_moved(self, api: Api, place: str) -> None:
        book_id, _ = filed(api)
        (api.library_dir / place).parent.mkdir(parents=True, exist_ok=True)
        (api.library_dir / "Odile Marchand" / "Sailing").rename(api.library_dir / place)
        assert api.http.delete(f"/audiobooks/{book_id}").status_code == 204
        assert [path for path in api.library_dir.glob("[!.]*/**/*") if path.is_file()] == []

    def test_leaves_the_book_that_has_its_place_by_now(self, api: Api) -> None:
        book_id, _ = filed(api)
        (api.library_dir / "Odile Marchand" / "Sailing").rename(api.library_dir / "Away")
        other_id, _ = filed(api)

        assert api.http.delete(f"/audiobooks/{book_id}").status_code == 204

        assert not (api.library_dir / "Away").exists()
        assert api.http.get(f"/audiobooks/{other_id}/audio").content == SOUND

    def test_is_refused_where_it_would_lead_out_of_the_library(self, api: Api) -> None:
        book_id, _ = filed(api)
        folder, away = api.library_dir / "Odile Marchand" / "Sailing", api.library_dir.parent / "staged-away"
        folder.rename(away)
        folder.symlink_to(away)

        refused = api.http.delete(f"/audiobooks/{book_id}")

        assert refused.status_code == 409
        assert f"{folder} is a link" in refused.json()["detail"]
        assert len(list(away.glob("*.mp3"))) == 1
        folder.unlink()
        assert api.http.delete(f"/audiobooks/{book_id}").status_code == 204

    def test_leaves_what_is_not_ours(self, api: Api) -> None:
        book_id, _ = filed(api)
        notes = api.library_dir / "Odile Marchand" / "Sailing" / "notes.txt"
        notes.write_text("mine", encoding="utf-8")
        api.http.delete(f"/audiobooks/{book_id}")
        assert [path for path in api.library_dir.glob("*/*/*") if path.is_file()] == [notes]

    def test_that_the_library_does_not_allow_keeps_the_book_and_goes_on_later(self, api: Api) -> None:
        book_id, _ = filed(api)
        audio = next(api.library_dir.glob("*/*/*.mp3"))
        (api.library_dir / ".ohdio-trash").write_bytes(b"nothing that can take it")

        assert api.http.delete(f"/audiobooks/{book_id}").status_code == 503

        assert api.get("/queue")["items"] == []
        assert api.get(f"/audiobooks/{book_id}")["status"] == "completed"
        assert audio.exists()
        (api.library_dir / ".ohdio-trash").unlink()
        assert api.http.delete(f"/audiobooks/{book_id}").status_code == 204
        assert not audio.exists()

    def test_of_a_running_one_waits_until_its_bytes_have_stopped(self, api: Api) -> None:
        api.engine.worker()
        api.engine.items(1)
        claimed = api.engine.admit_and_start()
        book_id = api.book_of(claimed.id)
        with ThreadPoolExecutor(1) as person:
            deletion = person.submit(api.http.delete, f"/audiobooks/{book_id}")
            wait_until(lambda: api.engine.row(claimed.id).stop_requested, 5, "the download is asked to stop")
            assert api.engine.rows("SELECT id FROM audiobooks")
            api.engine.finish(claimed, PutBack(StopReason.DELETE))
            assert deletion.result().status_code == 204

    def test_of_one_whose_worker_is_silent_is_to_be_tried_again(self, api: Api) -> None:
        api.engine.worker()
        api.engine.items(1)
        claimed = api.engine.admit_and_start()
        book_id = api.book_of(claimed.id)

        with_nobody_stopping = api.http.delete(f"/audiobooks/{book_id}")

        assert with_nobody_stopping.status_code == 409
        assert "being stopped" in with_nobody_stopping.json()["detail"]
        assert api.engine.row(claimed.id).stop_requested == "delete"
        api.engine.die(claimed)
        api.engine.sweep()
        assert api.http.delete(f"/audiobooks/{book_id}").status_code == 204

    def test_while_the_librarys_disk_is_not_mounted_keeps_the_book(self, api: Api) -> None:
        book_id, _ = filed(api)
        shutil.move(api.library_dir, api.library_dir.parent / "staged-disk")
        api.library_dir.mkdir()

        answer = api.http.delete(f"/audiobooks/{book_id}")

        assert answer.status_code == 503
        assert "mount it" in answer.json()["detail"]
        assert api.get(f"/audiobooks/{book_id}")["library_path"]
        shutil.rmtree(api.library_dir)
        shutil.move(api.library_dir.parent / "staged-disk", api.library_dir)
        assert api.http.delete(f"/audiobooks/{book_id}").status_code == 204

    def test_waits_for_its_description_before_it_takes_the_book(self, api: Api) -> None:
        (item_id,) = api.engine.items(1)
        book_id = api.book_of(item_id)
        api.engine.execute("INSERT INTO extractions (id, politeness_key) VALUES (:id, 'stories.example')", id=book_id)
        with ThreadPoolExecutor(1) as person:
            with api.engine.database.unit_of_work() as description:
                description.execute(text("SELECT FROM extractions WHERE id = :id FOR UPDATE"), {"id": book_id})
                api.engine.execute("DELETE FROM queue_items WHERE id = :id", id=item_id)
                deletion = person.submit(api.http.delete, f"/audiobooks/{book_id}")
                wait_until(lambda: is_anybody_waiting_for_a_lock(api), 5, "the deletion waits")
                description.execute(text("UPDATE audiobooks SET title = 'Known' WHERE id = :id"), {"id": book_id})
            assert deletion.result().status_code == 204


class TestDownloadingAgain:
    def again(self, api: Api, book_id: int) -> Any:
        answer = api.http.post(f"/audiobooks/{book_id}/download")
        assert answer.status_code == 202, answer.text
        return answer.json()

    def test_queues_a_complete_book_and_keeps_its_files_meanwhile(self, api: Api) -> None:
        book_id, item_id = filed(api)
        assert self.again(api, book_id)["status"] == "queued"
        assert api.engine.row(item_id).is_refetch
        assert next(api.library_dir.glob("*/*/*.mp3")).exists()

    def test_queues_a_book_that_left_the_queue(self, api: Api) -> None:
        book_id, item_id = filed(api)
        api.engine.execute("UPDATE audiobooks SET source = 'ohdio'")
        api.http.delete(f"/queue/items/{item_id}")
        book = self.again(api, book_id)
        assert book["status"] == "queued"
        assert api.engine.row(book["queue_item_id"]).is_refetch

    def test_retries_a_failed_book(self, api: Api) -> None:
        book_id, _ = filed(api)
        api.engine.execute("UPDATE queue_items SET status = 'failed', error = 'gone'")
        assert self.again(api, book_id)["status"] == "queued"

    def test_changes_nothing_for_one_that_waits_already(self, api: Api) -> None:
        (item_id,) = api.engine.items(1)
        answer = api.http.post(f"/audiobooks/{api.book_of(item_id)}/download")
        assert answer.status_code == 409
        assert "queued already" in answer.json()["detail"]
