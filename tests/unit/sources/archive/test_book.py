from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.errors import PermanentError
from ohdio_core.sources.archive.book import book_from
from ohdio_core.sources.archive.item import parse_item
from ohdio_core.sources.archive.readers import readers_in
from tests.unit.sources.archive.answers import ITEM, SHA1, chapter, file, item


def book(files: list[dict[str, Any]] | None = None, **metadata: Any) -> BookDetails:
    return book_from(parse_item(item(files, metadata), ITEM))


def test_numbers_of_books_are_read_wherever_they_stand() -> None:
    metadata: dict[str, Any] = {"external-identifier": ["urn:oclc:1", "urn:isbn:9782070368228", "urn:asin:B0015T963C"]}
    told = book(None, **metadata)
    assert (told.isbn, told.asin) == ("9782070368228", "B0015T963C")
    assert book(isbn="0306406152", date="2011").isbn == "0306406152"
    assert book(date="2011").published_on is None


def test_every_field_is_read() -> None:
    details = book()
    assert (details.title, details.authors) == ("Le gardien de la brume", ("Odile Vachon", "Rémi Lantier"))
    assert details.narrators == ("Ginette Aubut", "Paul Ménard")
    assert details.description == "Un phare & son gardien.\nLu pour LibriVox par Ginette Aubut et Paul Ménard."
    assert (details.publisher, details.published_year) == ("Maison du Large", 2011)
    assert details.published_on == date(2011, 3, 5)
    assert (details.genre, details.language) == ("phares; brume", "fr")
    assert details.cover_url == f"https://archive.org/download/{ITEM}/Gardien_1103.jpg"
    assert details.duration == timedelta(seconds=181.5)


def test_every_part_can_be_fetched_and_verified() -> None:
    first = book().parts[0]
    assert (first.index, first.external_id, first.title) == (0, "gardien_01_vachon.mp3", "01 - Chapitre 1")
    assert (first.size, first.checksum) == (1000, ("sha1", SHA1))
    assert first.url == f"https://archive.org/download/{ITEM}/gardien_01_vachon.mp3"
    assert first.duration == timedelta(seconds=60.5)


def test_an_original_without_a_length_lasts_as_long_as_its_copies() -> None:
    [part] = book(chapter(1, length="")).parts
    assert part.duration == timedelta(minutes=1)


def test_the_stated_running_time_stands_in_where_a_length_is_missing() -> None:
    assert book([file("a.mp3", length="60"), file("b.mp3")]).duration == timedelta(hours=9, minutes=9, seconds=9)


def test_a_part_without_a_title_has_the_name_of_its_file() -> None:
    assert book([file("le_phare.mp3")]).parts[0].title == "le phare"


@pytest.mark.parametrize("subject", ["librivox; phares; brume", ["phares", "brume"], ["phares; brume", "audiobooks"]])
def test_subjects_come_in_one_text_or_in_a_list(subject: Any) -> None:
    assert book(subject=subject).genre == "phares; brume"


def test_an_escaped_sign_in_a_subject_does_not_end_it() -> None:
    assert book(subject="phares &amp; balises; brume").genre == "phares & balises; brume"


def test_creators_may_be_written_as_libraries_do() -> None:
    details = book(creator=["Vachon, Odile, 1860-1931", "Rémi Lantier (narrator)", "Lantier, Rémi, 1902-"])
    assert (details.authors, details.narrators) == (("Vachon, Odile", "Lantier, Rémi"), ("Rémi Lantier",))


def test_a_creator_may_be_one_text() -> None:
    assert book(creator="Odile Vachon; Rémi Lantier").authors == ("Odile Vachon", "Rémi Lantier")


def test_the_field_for_readers_is_believed_first() -> None:
    assert book(narrator="Zoé Roy").narrators == ("Zoé Roy",)


def test_the_front_cover_is_preferred_and_the_back_is_none() -> None:
    files = [*chapter(1), file("back.jpg", "JPEG", size="99999"), file("my_cover.png", "PNG", size="10")]
    assert str(book(files).cover_url).endswith("/my_cover.png")


def test_the_sites_own_picture_stands_in_for_a_cover() -> None:
    bare = parse_item(item(chapter(1)).replace(b"Gardien_1103.jpg", b"Gardien_1103.gif"), ITEM)
    assert book_from(bare).cover_url == f"https://archive.org/services/img/{ITEM}"


def test_a_collection_is_no_book_and_says_how_to_add_it() -> None:
    with pytest.raises(PermanentError, match=r"details/gardien_brume_2011_lv\?tab=collection"):
        book(mediatype="collection")


def test_what_is_lent_is_not_downloaded() -> None:
    with pytest.raises(PermanentError, match="lends"):
        book_from(parse_item(item(metadata={"access-restricted-item": "true"}), ITEM))


def test_an_item_without_audio_is_an_error() -> None:
    with pytest.raises(PermanentError, match="no audio file"):
        book([file("a.pdf", "Text PDF")])


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("A recording of The Fog. Read by Ada B. Lune.", ("Ada B. Lune",)),
        ("A book.\nRead in English by Ada Lune, Tom O'Dea, and R.S. Vane.", ("Ada Lune", "Tom O'Dea", "R.S. Vane")),
        ("La brume, lu pour LibriVox par Odile de la Tour.", ("Odile de la Tour",)),
        ("Gelesen von Jutta Klein und Uwe Groß", ("Jutta Klein", "Uwe Groß")),
        ("Enregistré à Montréal en 2012 par Zoé Aucoin", ("Zoé Aucoin",)),
        ("Une île. Narration d’Ana Roy et Zoé Aucoin.", ("Ana Roy", "Zoé Aucoin")),
        ("Narration : Ana Roy", ("Ana Roy",)),
        ("Avec la voix de Jean de La Tour.", ("Jean de La Tour",)),
        ("Lectrice : Ana Roy", ("Ana Roy",)),
        ("La brume, lu par ana roy et zoé aucoin.", ("Ana Roy", "Zoé Aucoin")),
        ("Read by: Ada Lune\nCover by Tom O'Dea", ("Ada Lune",)),
        ("A book.\nNarrator - Ada Lune", ("Ada Lune",)),
        ("Recording by Ada Lune. Enjoy.", ("Ada Lune",)),
        ("Gelesen von: Jutta Klein", ("Jutta Klein",)),
        ("Sprecherin: Jutta Klein", ("Jutta Klein",)),
        ("Un conte interprété par Zoé Aucoin.", ("Zoé Aucoin",)),
        ("La brume, lu par un ami.", ()),
        ("Lu par des bénévoles de LibriVox.", ()),
        ("La voix de la mer, avec amour.", ()),
        ("The letters are read by Ada Lune and others.", ()),
        ("Read by LibriVox Volunteers.", ()),
        ("Nothing of the kind.", ()),
    ],
)
def test_readers_are_found_in_descriptions(text: str, names: tuple[str, ...]) -> None:
    assert readers_in(text) == names


def test_a_long_description_is_searched_in_no_time() -> None:
    assert readers_in("Read by x, " * 200_000) == ()


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("Une <i>île</i>.\nUn phare.", "Une île.\nUn phare."),
        ("Une île.\n\nUn phare.", "Une île.\nUn phare."),
        ("<p>Une\nîle.</p><p>Un phare.</p>", "Une île.\nUn phare."),
        (["Une <b>île</b>.", "Un phare."], "Une île.\nUn phare."),
    ],
)
def test_the_paragraphs_of_a_description_are_kept(written: object, text: str) -> None:
    assert book(description=written).description == text


def test_a_title_may_tell_the_series() -> None:
    told = book(title="Les marées, tome 2 : La digue")
    assert (told.title, told.series, told.series_position) == ("Les marées, tome 2 : La digue", "Les marées", "2")
