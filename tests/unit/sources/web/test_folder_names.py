"""What folders are called, and what that says of their books."""

from __future__ import annotations

import pytest

from ohdio_core.sources.web.folder_names import details_of, people_in

ANA = ("Ana Roy",)


@pytest.mark.parametrize(
    ("path", "authors", "series", "title"),
    [
        ("Ana Roy/Le phare", ANA, (None, None), "Le phare"),
        ("Roy, Ana/Le phare", ANA, (None, None), "Le phare"),
        ("Ana Roy/Marées/La digue", ANA, ("Marées", None), "La digue"),
        ("Ana Roy/Marées/2 - La digue", ANA, ("Marées", "2"), "La digue"),
        ("Ana Roy/Marées/Tome 02 - La digue", ANA, ("Marées", "2"), "La digue"),
        ("Ana Roy/Marées/Vol. 1.5 - La digue", ANA, ("Marées", "1.5"), "La digue"),
        ("Ana Roy/La digue, tome 3", ANA, ("La digue", "3"), "La digue, tome 3"),
        ("Ana Roy - Le phare", ANA, (None, None), "Le phare"),
        ("Ana Roy - Marées 02 - La digue", ANA, ("Marées", "2"), "La digue"),
        ("Ana Roy & Zoé de La Tour/Le phare", ("Ana Roy", "Zoé de La Tour"), (None, None), "Le phare"),
        ("Fiction/Le phare", (), (None, None), "Le phare"),
        ("Audio Books/Le phare", (), (None, None), "Le phare"),
        ("The Grey Lake/Extras", (), (None, None), "Extras"),
        ("2019/Le phare", (), (None, None), "Le phare"),
        ("Le phare - Une histoire", (), (None, None), "Le phare - Une histoire"),
        ("Mission: Moon", (), (None, None), "Mission: Moon"),
        ("Le_phare_rouge", (), (None, None), "Le phare rouge"),
        ("01 - Le phare", (), (None, None), "01 - Le phare"),
        ("Ana Roy/Tome 2 - La digue", ANA, (None, None), "Tome 2 - La digue"),
        ("Ana Roy/Le phare [Unabridged]", ANA, (None, None), "Le phare"),
    ],
)
def test_folders_say_who_wrote_a_book_and_where_it_belongs(
    path: str, authors: tuple[str, ...], series: tuple[str | None, str | None], title: str
) -> None:
    details = details_of(path.split("/"))
    assert (details.authors, details.title) == (authors, title)
    assert (details.series, details.series_position) == series


@pytest.mark.parametrize(
    ("name", "title", "year"),
    [
        ("Ana Roy - Le phare (2014)", "Le phare", 2014),
        ("Le phare [1999]", "Le phare", 1999),
        ("2014 - Le phare", "Le phare", 2014),
        ("1984", "1984", None),
        ("1984 (1949)", "1984", 1949),
        ("(2014)", "(2014)", None),
        ("Le phare (intégral)", "Le phare (intégral)", None),
    ],
)
def test_a_year_is_set_apart(name: str, title: str, year: int | None) -> None:
    details = details_of([name])
    assert (details.title, details.published_year) == (title, year)


@pytest.mark.parametrize("name", ["Le phare (lu par Noé Côté)", "Le phare [Read by Noé Côté]", "Le phare {Noé Côté}"])
def test_who_reads_may_be_said_in_words(name: str) -> None:
    details = details_of([name])
    assert (details.title, details.narrators) == ("Le phare", ("Noé Côté",))


def test_who_reads_stands_in_braces() -> None:
    details = details_of(["Ana Roy", "Le phare (2014) {Zoé Aucoin}"])
    assert (details.title, details.narrators, details.published_year) == ("Le phare", ("Zoé Aucoin",), 2014)


@pytest.mark.parametrize("name", ["", "Ana", "Sea & Sand", "Lune noire", "CD 1", "The Grey Lake", "Ana Roy 2", "pub"])
def test_other_folders_are_called_after_nobody(name: str) -> None:
    assert people_in(name) == ()
