"""Folders that are called otherwise than they would be today, over HTTP, and what the downloader then does."""

from __future__ import annotations

import errno
from pathlib import PurePosixPath
from typing import Any

import pytest

from ohdio_core.collection.renames import Renames
from ohdio_core.library.disk import postponing
from ohdio_core.library.renaming import FolderNaming
from tests.fixtures.api import Api
from tests.integration.api.test_library import filed

HOME, PLACE = "Odile Marchand/La brume", "Odile Marchand/Les îles/2 - La brume"


@pytest.fixture
def books(api: Api) -> list[int]:
    """Two books as an earlier version filed them, the first one of a series."""
    found = filed(api, "La brume", "Le phare")
    api.engine.execute("UPDATE audiobooks SET authors = '{Odile Marchand}'")
    api.engine.execute(
        "UPDATE audiobooks SET series = 'Les îles', series_position = 'tome 2' WHERE id = :id", id=found[0]
    )
    return found


def plan(api: Api, **asked: Any) -> tuple[list[tuple[str, str]], int, int]:
    answer = api.get("/library/renames", **asked)
    return [(each["folder"], each["becomes"]) for each in answer["items"]], answer["as_they_are"], answer["by_hand"]


def order(api: Api, *, by_hand: bool = False) -> int:
    answer = api.http.post("/library/renames", json={"by_hand": by_hand})
    assert answer.status_code == 200, answer.text
    return int(answer.json()["changed"])


def carry_out(api: Api) -> None:
    Renames(api.library).carry_out(api.engine.database)


def where(api: Api, book: int) -> str:
    return str(api.get(f"/audiobooks/{book}")["library_path"])


def test_are_shown_and_moved_once_that_is_ordered(api: Api, books: list[int]) -> None:
    api.http.put(f"/audiobooks/{books[0]}/position", json={"seconds": 0.5, "revision": 0})
    position = api.get(f"/audiobooks/{books[0]}/position")
    assert plan(api) == ([(HOME, PLACE)], 1, 0)
    carry_out(api)
    assert where(api, books[0]) == HOME
    assert order(api) == 1
    assert api.get("/library/renames")["under_way"] == 1
    carry_out(api)
    assert where(api, books[0]) == PLACE
    assert not (api.library_dir / HOME).exists()
    assert api.http.get(f"/audiobooks/{books[0]}/audio").content == b"sound" * 100
    assert api.get(f"/audiobooks/{books[0]}/position") == position
    assert plan(api) == ([], 2, 0)
    assert api.get("/library/renames")["under_way"] == 0
    assert api.get("/history")["items"][0]["act"] == "renamed"


def test_go_on_after_a_kill_between_the_move_and_its_commit(
    api: Api, books: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """The process ends here."""

    def die(*_: object) -> None:
        raise Killed

    order(api)
    with monkeypatch.context() as patched:
        patched.setattr(Renames, "_note", die)
        with pytest.raises(Killed):
            carry_out(api)
    assert (api.library_dir / PLACE).exists()
    assert api.engine.rows("SELECT library_path FROM audiobooks WHERE id = :id", id=books[0])[0].library_path == HOME
    carry_out(api)
    assert where(api, books[0]) == PLACE
    assert plan(api) == ([], 2, 0)


def test_stay_where_people_have_put_them_unless_that_is_asked(api: Api, books: list[int]) -> None:
    (api.library_dir / HOME).rename(api.library_dir / "Ailleurs")
    assert plan(api) == ([], 1, 1)
    assert order(api) == 0
    assert plan(api, by_hand=True) == ([("Ailleurs", PLACE)], 1, 0)
    assert order(api, by_hand=True) == 1
    carry_out(api)
    assert where(api, books[0]) == PLACE


def test_wait_while_a_run_is_at_the_book(api: Api, books: list[int]) -> None:
    order(api)
    api.engine.execute("UPDATE queue_items SET status = 'processing' WHERE audiobook_id = :id", id=books[0])
    carry_out(api)
    assert where(api, books[0]) == HOME
    api.engine.execute("UPDATE queue_items SET status = 'completed' WHERE audiobook_id = :id", id=books[0])
    carry_out(api)
    assert where(api, books[0]) == PLACE


def test_wait_for_a_library_that_is_not_there(api: Api, books: list[int]) -> None:
    order(api)
    away = api.library_dir.rename(api.library_dir.parent / "staged-away")
    api.library_dir.mkdir()
    carry_out(api)
    assert api.http.get("/library/renames").status_code == 503
    api.library_dir.rmdir()
    away.rename(api.library_dir)
    carry_out(api)
    assert where(api, books[0]) == PLACE


def test_pass_over_a_folder_that_cannot_be_moved_until_it_can(
    api: Api, books: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    api.engine.execute("UPDATE audiobooks SET authors = '{Nelly Ruault}'")
    order(api)
    renames, move = Renames(api.library), FolderNaming.move

    def denied(naming: FolderNaming, folder: PurePosixPath, *given: Any) -> PurePosixPath | None:
        if str(folder) == HOME:
            with postponing(api.library_dir):
                raise PermissionError(errno.EACCES, "it is root's", HOME)
        return move(naming, folder, *given)

    with monkeypatch.context() as patched:
        patched.setattr(FolderNaming, "move", denied)
        patched.setattr("ohdio_core.collection.renames._AT_ONCE", 1)
        for _ in range(3):
            renames.carry_out(api.engine.database)
        assert [where(api, book) for book in books] == [HOME, "Nelly Ruault/Le phare"]
    for _ in range(2):
        renames.carry_out(api.engine.database)
    assert where(api, books[0]) == "Nelly Ruault/Les îles/2 - La brume"


def test_leave_alone_what_others_have_in_their_place(api: Api, books: list[int]) -> None:
    (api.library_dir / PLACE).mkdir(parents=True)
    (api.library_dir / PLACE / "own.mp3").write_bytes(b"mine")
    ((_, becomes),), *_ = plan(api)
    assert becomes.startswith(f"{PLACE} [")
    order(api)
    carry_out(api)
    assert where(api, books[0]) == becomes
    assert (api.library_dir / PLACE / "own.mp3").read_bytes() == b"mine"


def test_are_counted_and_moved_by_the_page(api: Api, books: list[int]) -> None:
    browser = {"Accept": "text/html"}
    page = api.outside.get("/settings/names/renames", headers=browser).text
    assert "1 folder would be moved." in page
    assert PLACE in page
    api.outside.post("/settings/names/renames", headers=browser)
    assert "1 folder is being moved." in api.outside.get("/settings/names/renames", headers=browser).text
    carry_out(api)
    french = api.outside.get("/settings/names/renames", headers=browser | {"Accept-Language": "fr"}).text
    assert "Chaque dossier est là où il va." in french
    assert where(api, books[0]) == PLACE
