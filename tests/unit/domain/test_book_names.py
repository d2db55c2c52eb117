"""Folders of books, by templates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.domain.book_names import MOST_IN_ALL, book_folder
from ohdio_core.name_template import NameField, parse_names
from tests.players.audiobookshelf import by_names
from tests.unit.domain.test_naming import TEXTS, is_accepted_everywhere

BOOK = BookDetails("Le phare", ("A. Roy", "B. Côté"), narrators=("Ève Tremblé",))
OF_SERIES = BookDetails(
    "La brume",
    ("A. Roy",),
    narrators=("Ève Tremblé",),
    series="Les îles",
    series_position="Tome 2",
    published_year=2019,
    publisher="La Pointe",
    genre="Roman",
    language="fr",
    asin="B0015T963C",
)

BOOKS = st.builds(
    BookDetails,
    title=TEXTS
    | st.from_regex(r"(vol\. |book )?[0-9.]{1,4}( - |\. | )?[a-z]?( - [0-9]{1,4})?( \{x\})?", fullmatch=True),
    authors=st.lists(TEXTS, max_size=2).map(tuple),
    narrators=st.lists(TEXTS, max_size=2).map(tuple),
    series=st.none() | TEXTS,
    series_position=st.none() | st.sampled_from(["3", "Tome IV", "S2E101", "1234", "x"]),
    published_year=st.none() | st.integers(min_value=1, max_value=9999),
    published_on=st.none() | st.dates(),
    asin=st.none() | st.just("B0015T963C"),
    publisher=st.none() | TEXTS,
)
_PIECES = [
    *(
        "{author}",
        "{title}",
        "{series}",
        "{sequence - }",
        "{year} - ",
        "{ [asin]}",
        "{ {{narrator}}}",
        "{narrator}",
        "{date - }",
    ),
    *(" - ", "/", "x", " (", ")", "{ (year)}", "{publisher}"),
]


def _template(pieces: list[str]) -> str:
    return "/".join(level for level in "".join(pieces).split("/") if level.strip(" -()x") or "x" in level)


TEMPLATES = (
    st.lists(st.sampled_from(_PIECES), max_size=8)
    .map(lambda pieces: _template([*pieces, "{title}"]))
    .filter(lambda text: text.count("/") < 5)
    .map(parse_names)
)


def folder(template: str, details: BookDetails = OF_SERIES) -> str:
    return str(book_folder(parse_names(template), details))


class TestValues:
    def test_that_are_there_are_put_in(self) -> None:
        assert folder("{author}/{series}/{sequence - }{title}") == "A. Roy/Les îles/2 - La brume"
        assert folder("{genre}/{language}/{publisher}/{year} - {title} [{asin}]") == (
            "Roman/fr/La Pointe/2019 - La brume [B0015T963C]"
        )
        assert folder("{author}/{title}{ {{narrator}}}", BOOK) == "A. Roy, B. Côté/Le phare {Ève Tremblé}"

    def test_that_are_missing_take_their_pieces_and_folders_with_them(self) -> None:
        assert folder("{author}/{series}/{sequence - }{title}", BOOK) == "A. Roy, B. Côté/Le phare"
        assert folder("{series - }{Vol. sequence - }{title}{ (year)}", BOOK) == "Le phare"

    def test_of_a_day_are_there_where_it_is_known(self) -> None:
        episode = BookDetails("Un", show="Les soirs", published_year=2026, published_on=date(2026, 11, 28))
        assert folder("{author}/{date - }{title}", episode) == "Les soirs/2026-11-28 - Un"
        assert folder("{author}/{date - }{title}", replace(episode, published_on=None)) == "Les soirs/Un"

    def test_of_a_series_are_none_for_a_book_without_one(self) -> None:
        assert folder("{sequence - }{title}", BookDetails("Seul", series_position="3")) == "Seul"

    @pytest.mark.parametrize(
        ("template", "name"),
        [
            ("{year} - {title}", "Le phare"),
            ("{title} ({year})", "Le phare"),
            ("{title} ({year}, {narrator})", "Le phare (Ève Tremblé)"),
            ("{title} ({narrator}, {year})", "Le phare (Ève Tremblé)"),
            ("{title} ({year}) [{asin}]", "Le phare"),
            ("{title} ({year}) – {narrator}", "Le phare – Ève Tremblé"),
            ("{author} - {year} - {title}", "A. Roy, B. Côté - Le phare"),
            ("{title} {{{asin}}} x", "Le phare x"),
        ],
    )
    def test_that_are_missing_leave_no_separators_and_brackets(self, template: str, name: str) -> None:
        assert folder(template, BOOK) == name

    def test_nobody_and_nothing_have_names_too(self) -> None:
        assert folder("{author}/{title}", BookDetails("???")) == "Unknown author/Untitled"

    def test_are_text_whatever_is_in_them(self) -> None:
        assert folder("{author}/{title}", BookDetails("{author}/{{x", ("../..", "{title}"))) == (
            "-.., (title)/{author}-{{x"
        )

    def test_the_show_is_in_the_place_of_an_author(self) -> None:
        assert folder("{author}/{title}", BookDetails("Un", show="Les soirs")) == "Les soirs/Un"


class TestPlayers:
    @pytest.mark.parametrize(
        ("title", "name"),
        [
            *(("1984 - Roman", "1984 – Roman"), ("(1984) - Roman", "(1984) – Roman")),
            *(("Roman [B0015T963C]", "Roman (B0015T963C)"), ("Roman {x}", "Roman (x)"), ("CD 1", "CD 1_")),
            *(("2 - Retour", "2 - Retour"), ("Vol. 3 - Retour", "Vol. 3 - Retour")),
        ],
    )
    def test_read_no_fact_in_a_title(self, title: str, name: str) -> None:
        assert folder("{author}/{title}", BookDetails(title, ("A. Roy",))) == f"A. Roy/{name}"

    @pytest.mark.parametrize(
        ("title", "name"),
        [
            *(("2 - Retour", "2 – Retour"), ("2. Retour", "2 – Retour"), ("Retour - 2", "Retour – 2")),
            *(("300", "300_"), ("Book 2", "Book #2"), ("Vol. 3 - Retour", "Vol. #3 - Retour")),
            *(("101 contes", "101 contes"), ("1984", "1984")),
        ],
    )
    def test_read_no_place_in_a_series_in_a_title(self, title: str, name: str) -> None:
        book = BookDetails(title, ("A. Roy",), series="Les îles")
        assert folder("{author}/{series}/{sequence - }{title}", book) == f"A. Roy/Les îles/{name}"

    def test_read_what_a_template_states(self) -> None:
        names = parse_names("{author}/{series}/{sequence - }{year - }{title}{ [asin]}{ {{narrator}}}")
        item = by_names(Path("/books"), Path("/books") / book_folder(names, OF_SERIES))
        assert (item.authors, item.series) == (["A. Roy"], [("Les îles", "2")])
        assert (item.title, item.year, item.asin) == ("La brume", "2019", "B0015T963C")
        assert item.narrators == ["Ève Tremblé"]

    @given(TEMPLATES.filter(lambda names: len(names.folders) <= 3), BOOKS)
    def test_read_nothing_that_is_not_stated(self, names: object, details: BookDetails) -> None:
        template = parse_names(str(names))
        item = by_names(Path("/books"), Path("/books") / book_folder(template, details))
        stated = {piece.field for piece in template.folders[-1]}
        year = None if details.published_year is None else f"{details.published_year:04}"
        assert item.year in {None, year if NameField.YEAR in stated else None}
        assert item.asin in {None, details.asin if NameField.ASIN in stated else None}
        assert not item.narrators or NameField.NARRATOR in stated
        assert all(place is None or NameField.SEQUENCE in stated for _, place in item.series)


class TestEveryName:
    @given(TEMPLATES, BOOKS, st.none() | st.just("(Ève Tremblé)"))
    def test_is_accepted_everywhere_and_below_the_library(
        self, names: object, details: BookDetails, mark: str | None
    ) -> None:
        template = parse_names(str(names))
        found = book_folder(template, details, told_apart_by=mark)
        assert found.parts
        assert not found.is_absolute()
        assert all(is_accepted_everywhere(name) for name in found.parts)
        assert sum(len(name.encode()) for name in found.parts) <= MOST_IN_ALL
        assert book_folder(template, details, told_apart_by=mark) == found

    @given(TEMPLATES, BOOKS, st.integers(min_value=64, max_value=220))
    def test_keeps_to_its_bytes(self, names: object, details: BookDetails, limit: int) -> None:
        found = book_folder(parse_names(str(names)), details, max_bytes=limit)
        assert all(len(name.encode()) <= limit for name in found.parts)

    def test_is_cut_in_its_longest_value(self) -> None:
        book = BookDetails("t" * 300, ("A. Roy",), published_year=2019)
        name = folder("{year - }{title}{ (author)}", book)
        assert name.startswith("2019 - tttt")
        assert name.endswith("t (A. Roy)")
        assert 210 <= len(name) <= 220

    def test_all_together_keep_to_what_a_path_may_have(self) -> None:
        book = BookDetails("t" * 300, ("a" * 300,), series="s" * 300, publisher="p" * 300, genre="g" * 10)
        names = PurePosixPath(folder("{genre}/{publisher}/{author}/{series}/{title}", book)).parts
        assert [len(name) for name in names] == [10, *([146] * 4)]

    def test_a_longest_title_has_room_for_what_is_put_in_place_of_a_fact(self) -> None:
        name = book_folder(parse_names("{title}"), BookDetails("1984 - " + "a" * 300), max_bytes=100).name
        assert name.startswith("1984 – a")
        assert 97 <= len(name.encode()) <= 100
