"""What players show of a filed book: each field as it is known, by the rules of Audiobookshelf (tests/players)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path, PurePosixPath

import pytest
from lxml import etree

from ohdio_core.collection.books import StoredBook
from ohdio_core.domain.audiobook import BookDetails, BookRef, Part
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.library.names import SHOW_NAMES
from ohdio_core.name_template import NameTemplate
from ohdio_downloader.media.chapters import Span
from ohdio_downloader.media.cover import read_cover
from ohdio_downloader.media.transcript import read_transcript
from ohdio_downloader.opf import describe, opf_of
from ohdio_downloader.packaging import FilePerPart, VerifiedPart
from ohdio_downloader.workdir import WorkDir
from tests.players.audiobookshelf import Item, items_of
from tests.sites.audio import AudioFactory
from tests.sites.pictures import jpeg

SECOND = timedelta(seconds=1)
BOOK = BookDetails(
    title="Le phare, ou la brume",
    authors=("Homère", "Virgile"),
    narrators=("Jean-Paul II",),
    description="Une île & deux sœurs.\nEt un phare.",
    publisher="Éditions du Quai",
    published_year=2019,
    genre="Jeunesse / Ados",
    audience="9-12 ans",
    language="fr",
    series="Les îles",
    series_position="S2E7",
    translators=("Noé Côté",),
    parts=(Part(0, "m-1", "CD 2 – Le départ", narrators=("Ève Tremblé",)), Part(1, "m-2", "La brume")),
)


class Filing:
    """A library in which books are filed as a download files them."""

    def __init__(self, root: Path, audio: AudioFactory, shows: NameTemplate = SHOW_NAMES) -> None:
        self.root = root / "library"
        self.root.mkdir()
        self._work = root / "work"
        self._audio = audio
        self.library = FolderLibrary(self.root, shows=shows)

    def file(
        self,
        details: BookDetails,
        *,
        suffix: str = ".mp3",
        chapters: dict[int, Sequence[str]] | None = None,
        text: bytes = b"",
    ) -> Item:
        """File a book, and return how it is shown."""
        folder = self.put(details, suffix=suffix, chapters=chapters, text=text)
        return next(item for item in self.shown() if item.folder == self.root / folder)

    def put(
        self,
        details: BookDetails,
        *,
        suffix: str = ".mp3",
        chapters: dict[int, Sequence[str]] | None = None,
        text: bytes = b"",
    ) -> PurePosixPath:
        """File a book, and return where it is."""
        ref = BookRef("ohdio", f"https://ohdio.example/{details.title}", details.title)
        book = StoredBook(1, ref, details, None)
        with WorkDir(self._work, "1") as work_dir:
            files = FilePerPart(details, work_dir, name_bytes=200, check=lambda: None, keep_free=0)
            files.add_cover(read_cover(jpeg(1)))
            for part in details.parts:
                path = work_dir.fetch_path(part).with_suffix(suffix)
                path.write_bytes((self._audio.mp3 if suffix == ".mp3" else self._audio.mp4)(part.external_id, 2))
                named = (chapters or {}).get(part.index, ())
                spans = tuple(Span(SECOND * n, SECOND * (n + 1), name) for n, name in enumerate(named))
                files.add(VerifiedPart(part, path, SECOND * 2, spans, read_transcript(text)))
            directory = files.close().directory
            describe(self.library, directory, book, None)
            folder = self.library.place(directory, details, book.owner_id)
            work_dir.remove()
        return folder

    def shown(self, *, with_opf: bool = True) -> list[Item]:
        return items_of(self.root, with_opf=with_opf)


@pytest.fixture
def filing(tmp_path: Path, audio: AudioFactory) -> Filing:
    return Filing(tmp_path, audio)


@pytest.mark.parametrize("suffix", [".mp3", ".m4a"])
def test_each_field_of_a_book_is_shown_as_it_is_known(filing: Filing, suffix: str) -> None:
    item = filing.file(BOOK, suffix=suffix, chapters={1: ("Un", "Deux")})
    assert (item.title, item.subtitle, item.year) == (BOOK.title, None, "2019")
    assert item.authors == ["Homère", "Virgile"]
    assert item.narrators == ["Jean-Paul II", "Ève Tremblé"]
    assert item.series == [("Les îles", "2.07")]
    assert (item.genres, item.tags) == (["Jeunesse / Ados"], ["9-12 ans"])
    assert (item.publisher, item.language, item.description) == (BOOK.publisher, "fr", BOOK.description)
    assert [path.name[:2] for path in item.tracks] == ["01", "02"]
    assert [(round(start), name) for start, name in item.chapters] == [
        (0, "CD 2 – Le départ"), (2, "La brume – Un"), (3, "La brume – Deux"),
    ]  # fmt: skip
    assert item.has_cover


def test_tags_alone_show_people_and_series_too(filing: Filing) -> None:
    filing.file(replace(BOOK, narrators=("Loïc Labrecque-Côté", "Noémie Ouimet")))
    (item,) = filing.shown(with_opf=False)
    assert item.authors == ["Homère", "Virgile"]
    assert item.narrators == ["Loïc Labrecque-Côté", "Noémie Ouimet", "Ève Tremblé"]
    assert item.series == [("Les îles", "2.07")]


@pytest.mark.parametrize(
    "name", ["Jean-Paul II", "Dr. Ève Roy", "Simon & Fils", "Roy, Anne", "Le Gall and Sons", "A; B"]
)
def test_each_person_is_taken_as_named(filing: Filing, name: str) -> None:
    item = filing.file(BookDetails(title="Seul", authors=(name, "Zoé Roy"), narrators=(name,), parts=BOOK.parts[1:]))
    assert (item.authors, item.narrators) == ([name, "Zoé Roy"], [name])


def test_a_show_is_one_name_where_nobody_is_the_author(filing: Filing) -> None:
    item = filing.file(BookDetails(title="Seul", show="Récits, ondes & co", parts=BOOK.parts[1:]))
    assert item.authors == ["Récits, ondes & co"]


@pytest.mark.parametrize(
    "text",
    [
        "Il dit <mot> & s'en va.",
        "a < b > c",
        "AT&T &amp; &eacute; &lt;b&gt;",
        "Deux\nlignes",
        "1 &#60; 2",
        "]]> <!-- x -->",
    ],
)
def test_a_description_is_read_as_it_was_written(filing: Filing, text: str) -> None:
    assert filing.file(replace(BOOK, description=text)).description == text


def test_what_is_not_known_is_not_shown(filing: Filing) -> None:
    item = filing.file(BookDetails(title="Seul", parts=(Part(0, "m-1"),)))
    assert item == Item(
        item.folder, "Seul", authors=["Unknown author"], tracks=[item.folder / "Seul.mp3"], has_cover=True
    )


def test_numbers_and_the_day_of_a_book_are_shown(filing: Filing) -> None:
    numbered = replace(BOOK, isbn="9782070368228", asin="B0015T963C", published_on=date(2019, 5, 4))
    item = filing.file(numbered)
    assert (item.isbn, item.asin, item.year) == ("9782070368228", "B0015T963C", "2019")
    translator = '<dc:contributor opf:role="trl">Noé Côté</dc:contributor>'
    assert translator in opf_of(numbered, "ohdio:1", "https://x.example/1")
    assert "<dc:date>2019-05-04</dc:date>" in opf_of(numbered, "ohdio:1", "https://x.example/1")
    edited = replace(numbered, published_year=1999)  # a person knows better
    assert "<dc:date>1999</dc:date>" in opf_of(edited, "ohdio:1", "https://x.example/1")


def test_each_of_several_genres_is_one(filing: Filing) -> None:
    assert filing.file(replace(BOOK, genre="Poésie; Jeunesse / Ados")).genres == ["Poésie", "Jeunesse / Ados"]


def test_a_series_without_a_number_has_none(filing: Filing) -> None:
    assert filing.file(replace(BOOK, series_position="hors série")).series == [("Les îles", None)]


def test_the_opf_is_what_calibre_reads_and_names_its_book_and_page() -> None:
    text = opf_of(replace(BOOK, title="A \x01\ufffe<b>"), "ohdio:1", 'https://x.example/?a=1&b="2"', cover="cover.jpg")
    package = etree.fromstring(text.encode())
    names = {"opf": "http://www.idpf.org/2007/opf", "dc": "http://purl.org/dc/elements/1.1/"}
    assert (package.get("version"), package.get("unique-identifier")) == ("2.0", "book")
    identifier = package.find("opf:metadata/dc:identifier[@id='book']", names)
    assert identifier is not None
    assert (identifier.text, identifier.get(f"{{{names['opf']}}}scheme")) == ("ohdio:1", "ohdio")
    assert package.findtext("opf:metadata/dc:title", "", names) == "A <b>"
    assert package.findtext("opf:metadata/dc:source", "", names) == 'https://x.example/?a=1&b="2"'
    cover = package.find("opf:guide/opf:reference[@type='cover']", names)
    assert cover is not None
    assert cover.get("href") == "cover.jpg"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("1984 - Le retour", "1984 – Le retour"), ("1984: roman", "1984 – roman"), ("(1984) -Non", "(1984) –Non"),
        ("1984", "1984"), ("1984-1985", "1984-1985"), ("Été 1984 - Le retour", "Été 1984 - Le retour"),
        ("Le code [B0015T963C]", "Le code (B0015T963C)"), ("[B0015T963C] Le code", "(B0015T963C) Le code"),
        ("Le code [abc]", "Le code [abc]"), ("Les ensembles {x}", "Les ensembles (x)"), ("{x} et y", "{x} et y"),
        ("a {b} {c}", "a {b} (c)"),
        ("CD 1", "CD 1_"), ("Disc 2", "Disc 2_"), ("disk03", "disk03_"), ("Disque 2", "Disque 2"),
    ],
)  # fmt: skip
def test_a_folder_tells_nothing_that_nobody_stated(filing: Filing, title: str, name: str) -> None:
    filing.file(replace(BOOK, title="Un autre livre"))
    details = BookDetails(title=title, authors=("Homère",), parts=BOOK.parts[1:])
    item = filing.file(details)
    assert item.folder.name == name
    assert (item.title, item.year, item.asin, item.narrators) == (title, None, None, [])
    assert len(filing.shown()) == 2


@pytest.mark.parametrize(
    ("title", "text"),
    [("desc", b"Tout ce qui est dit."), ("reader", b"Bonjour."), ("metadata", b'{"title": "Autre", "segments": []}')],
)
def test_a_transcript_is_taken_for_nothing_else(filing: Filing, title: str, text: bytes) -> None:
    item = filing.file(replace(BOOK, title=title, parts=BOOK.parts[1:]), text=text)
    assert (item.title, item.description, item.narrators) == (title, BOOK.description, ["Jean-Paul II"])
    (transcript,) = item.folder.glob(f"{title}_.*")
    assert transcript.read_bytes() == text
