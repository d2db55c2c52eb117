"""Where books are filed by a template, and how those of one name are told apart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from ohdio_core.domain.owner import OwnerId
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.name_template import parse_names
from tests.unit.library.books import BOOK, FILES, HOME, OWNER, contents, stage

OF_SERIES = replace(BOOK, series="Les îles", series_position="2")
SERIES_HOME = PurePosixPath("Ève Tremblé/Les îles/2 - Le phare")
READ = replace(BOOK, narrators=("Zoé Roy",), published_year=2019, publisher="La Pointe")


@pytest.fixture
def library(root: Path) -> FolderLibrary:
    root.mkdir()
    return FolderLibrary(root, parse_names("{author}/{series}/{sequence - }{title}"))


def place(library: FolderLibrary, tmp_path: Path, details: object = OF_SERIES, owner: OwnerId = OWNER) -> str:
    assert isinstance(details, type(BOOK))
    return str(library.place(stage(tmp_path), details, owner))


class TestByATemplate:
    def test_folders_are_made_and_removed_again(self, library: FolderLibrary, root: Path, tmp_path: Path) -> None:
        assert place(library, tmp_path) == str(SERIES_HOME)
        assert contents(root / SERIES_HOME) == FILES
        assert library.find(OF_SERIES, OWNER) == SERIES_HOME
        library.delete(SERIES_HOME, OWNER)
        assert not (root / "Ève Tremblé").exists()
        assert library.trash.restore(OF_SERIES, OWNER) == SERIES_HOME
        assert contents(root / SERIES_HOME) == FILES

    def test_what_was_filed_before_stays_where_it_is(self, library: FolderLibrary, root: Path, tmp_path: Path) -> None:
        assert FolderLibrary(root).place(stage(tmp_path), OF_SERIES, OWNER) == HOME
        assert library.find(OF_SERIES, OWNER) == HOME
        assert place(library, tmp_path) == str(HOME)

    def test_names_count_as_they_are_set_now(self, root: Path, tmp_path: Path) -> None:
        root.mkdir()
        names = [parse_names("{author}/{title}")]
        library = FolderLibrary(root, lambda: names[0])
        assert place(library, tmp_path) == str(HOME)
        names[0] = parse_names("{title} ({author})")
        assert place(library, tmp_path, owner=OwnerId("rss:7")) == "Le phare (Ève Tremblé)"

    def test_no_book_is_put_into_the_folder_of_another(self, library: FolderLibrary, tmp_path: Path) -> None:
        first = replace(BOOK, title="Les îles")
        assert place(library, tmp_path, first, OwnerId("rss:1")) == "Ève Tremblé/Les îles"
        assert place(library, tmp_path) == str(HOME)

    def test_a_folder_with_books_of_a_series_is_no_place_for_one(self, library: FolderLibrary, tmp_path: Path) -> None:
        place(library, tmp_path)
        first = replace(READ, title="Les îles")
        assert place(library, tmp_path, first, OwnerId("rss:1")) == "Ève Tremblé/Les îles (Zoé Roy)"

    def test_what_others_have_in_its_place_is_left_to_them(
        self, library: FolderLibrary, root: Path, tmp_path: Path
    ) -> None:
        (root / SERIES_HOME).mkdir(parents=True)
        (root / SERIES_HOME / "own.mp3").write_bytes(b"mine")
        assert place(library, tmp_path) == f"{SERIES_HOME} [ohdio-42]"


class TestBooksOfOneName:
    @pytest.mark.parametrize(
        ("changed", "mark"),
        [
            ({"narrators": ("Noé Côté",)}, "(Noé Côté)"),
            ({"published_year": 2021}, "(2021)"),
            ({"publisher": "Grand-Pré"}, "(Grand-Pré)"),
            ({"narrators": (), "published_year": None, "publisher": None}, "[rss-7]"),
            ({"narrators": ("ZOÉ ROY",)}, "[rss-7]"),
        ],
    )
    def test_are_told_apart_by_what_they_do_not_share(
        self, library: FolderLibrary, tmp_path: Path, changed: dict[str, object], mark: str
    ) -> None:
        place(library, tmp_path, READ)
        other = replace(READ, **changed)  # type: ignore[arg-type]
        assert place(library, tmp_path, other, OwnerId("rss:7")) == f"{HOME} {mark}"
        assert library.find(other, OwnerId("rss:7")) == PurePosixPath(f"{HOME} {mark}")

    def test_are_told_apart_from_one_of_an_earlier_version_too(
        self, library: FolderLibrary, root: Path, tmp_path: Path
    ) -> None:
        place(library, tmp_path, READ)
        marker = root / HOME / ".ohdio.json"
        marker.write_text(marker.read_text(encoding="utf-8").replace('"facts"', '"unknown"'), encoding="utf-8")
        assert place(library, tmp_path, READ, OwnerId("rss:7")) == f"{HOME} (Zoé Roy)"

    @pytest.mark.parametrize(
        ("one", "other"),
        [("rss:https://a.example/x", "rss:https:--a.example-x"), ("ytdlp:abc", "ytdlp:ABC"), ("rss:a/b", "rss:a-b")],
    )
    def test_have_ids_that_differ_on_every_system(
        self, library: FolderLibrary, tmp_path: Path, one: str, other: str
    ) -> None:
        place(library, tmp_path)
        found = {place(library, tmp_path, owner=OwnerId(owner)).casefold() for owner in (one, other)}
        assert len(found) == 2

    def test_differ_in_more_than_capitals(self, library: FolderLibrary, tmp_path: Path) -> None:
        place(library, tmp_path, READ)
        other = replace(READ, title="LE PHARE", narrators=("Noé Côté",))
        assert place(library, tmp_path, other, OwnerId("rss:7")) == "Ève Tremblé/LE PHARE (Noé Côté)"

    @pytest.mark.parametrize("author", ["ÈVE TREMBLÉ", "ève tremblé"])
    def test_have_one_folder_of_their_author_however_that_is_spelled(
        self, library: FolderLibrary, tmp_path: Path, author: str
    ) -> None:
        place(library, tmp_path)
        other = replace(READ, title="La mer", authors=(author,))
        folder = place(library, tmp_path, other, OwnerId("rss:7"))
        assert folder == "Ève Tremblé/La mer"
        planned = library.naming.plan(PurePosixPath(folder), other, OwnerId("rss:7"))
        assert planned is not None
        assert (planned.place, planned.is_by_hand) == (PurePosixPath(folder), False)

    def test_that_move_up_keep_their_names(self, library: FolderLibrary, tmp_path: Path) -> None:
        place(library, tmp_path, READ)
        told_apart = place(library, tmp_path, replace(READ, published_year=2021), OwnerId("rss:7"))
        library.delete(HOME, OWNER)
        assert place(library, tmp_path, replace(READ, published_year=2021), OwnerId("rss:7")) == told_apart
