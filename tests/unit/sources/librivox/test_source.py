"""LibriVox read over answers that were invented: what the source makes of them together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any, cast

import pytest

from ohdio_core.domain.audiobook import BookDetails, BookRef, Part
from ohdio_core.domain.filters import facts_of
from ohdio_core.errors import NotFound, PermanentError
from ohdio_core.sentences import legacy
from ohdio_core.sources.http import Response, SiteClient
from ohdio_core.sources.librivox import LibrivoxSource
from ohdio_core.sources.librivox.audio import SectionsDisagree
from tests.unit.sources.archive.answers import chapters, file, item
from tests.unit.sources.librivox.answers import ITEM, SLUG, book_page, books, none_found, record, section

SOURCE = LibrivoxSource()
API = "https://librivox.org/api/feed/audiobooks"
PAGE = f"https://librivox.org/{SLUG}/"
METADATA = f"https://archive.org/metadata/{ITEM}"


class Site:
    """Answers by the beginnings of addresses, the longest first; anything else is not found."""

    def __init__(self, answers: Mapping[str, bytes]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def get(self, url: str, *, headers: Mapping[str, str] | None = None, answers: Collection[int] = ()) -> Response:
        self.asked.append(url)
        known = max((begin for begin in self.answers if url.startswith(begin)), key=len, default=None)
        # The walk over a query ends where a page has nothing more.
        if known is None or (known == API and "offset=" in url and "offset=0" not in url):
            if 404 in answers:
                return Response(404, url, {}, none_found())
            raise NotFound(legacy(f"{url} is not there."))
        return Response(200, url, headers or {}, self.answers[known])

    @property
    def http(self) -> SiteClient:
        return cast("SiteClient", self)


def site(
    told: dict[str, Any] | None = None, *, page: bytes | None = None, files: list[dict[str, Any]] | None = None
) -> Site:
    """LibriVox with one book, and its item with these files."""
    return Site(
        {
            API: books(told or record()),
            PAGE: book_page() if page is None else page,
            METADATA: item(files),
        }
    )


def pasted() -> BookRef:
    return BookRef("librivox", PAGE, SLUG)


def listed(at: Site) -> BookRef:
    target = SOURCE.match(API)
    assert target is not None
    [ref] = [book for page in SOURCE.discover(target, at.http) for book in page.books]
    return ref


def names(details: BookDetails) -> list[str]:
    return [str(part.url).rpartition("/")[2] for part in details.parts]


def resolved(ref: BookRef, details: BookDetails, at: Site) -> list[str]:
    return [SOURCE.resolve(ref, part, at.http).url.rpartition("/")[2] for part in details.parts]


def five(**fields: Any) -> dict[str, Any]:
    """A record that lists two of five sections."""
    return {**record(sections=[section(1), section(2)], num_sections="5"), **fields}


LENGTHS = ("100", "101", "340", "220", "220", "410", "560", "561", "100", "702", "64", "430")


def renumbered() -> list[dict[str, Any]]:
    """The sections of these lengths, named by the numbers of the files after theirs; the last by none."""
    return [
        section(n + 1, playtime=LENGTHS[n], listen_url=f"https://archive.org/download/{ITEM}/q_{n + 1:02d}_64kb.mp3")
        for n in range(12)
    ]


WHOLE = [f"gardien_{number:02d}_vachon.mp3" for number in range(1, 6)]


class TestListed:
    def test_sections_without_addresses_are_matched_with_the_item_as_a_whole(self) -> None:
        sections = [section(number, listen_url=None, playtime=str(100 * number)) for number in range(1, 21)]
        files = [file(f"q_{number:02d}.mp3", length=str(100 * number + 1)) for number in range(1, 21)]
        at = site(record(sections=sections), files=files)
        ref = listed(at)
        details = SOURCE.describe(ref, at.http)
        assert resolved(ref, details, at) == [f"q_{number:02d}.mp3" for number in range(1, 21)]

    def test_names_of_another_numbering_lead_no_section_to_a_wrong_file(self) -> None:
        at = site(record(sections=renumbered()), files=[file(f"q_{n:02d}.mp3", length=LENGTHS[n]) for n in range(12)])
        ref = listed(at)
        assert ref.complete_details is not None
        assert resolved(ref, ref.complete_details, at) == [f"q_{number:02d}.mp3" for number in range(12)]
        assert sum("archive.org" not in url for url in at.asked) == 4  # two of the listing, and one description for all

    def test_where_files_and_sections_do_not_fit_together_nothing_is_guessed(self) -> None:
        files = [file(f"q_{number:02d}.mp3", length=str(900 + number)) for number in range(12)]
        at = site(record(sections=renumbered()), files=files)
        with pytest.raises(
            SectionsDisagree, match=rf"names the file q_01\.mp3.*add https://archive\.org/details/{ITEM}"
        ):
            SOURCE.describe(pasted(), at.http)
        ref = listed(at)
        assert ref.complete_details is not None
        with pytest.raises(SectionsDisagree):
            SOURCE.resolve(ref, ref.complete_details.parts[4], at.http)

    def test_what_filters_ask_is_told_without_the_item(self) -> None:
        at = site(record(sections=[section(1, listen_url=None)]))
        facts = facts_of(listed(at))
        assert (facts.title, facts.language) == ("Le gardien de la brume", "fr")
        assert facts.duration is not None
        assert not any("archive.org" in url for url in at.asked)

    def test_the_item_is_asked_once_for_all_sections(self) -> None:
        at = site()
        ref = listed(at)
        assert ref.details is not None
        assert resolved(ref, ref.details, at) == WHOLE[:3]
        assert at.asked.count(METADATA) == 1

    def test_a_section_that_was_described_without_its_file_is_found_among_all(self) -> None:
        at = site(record(sections=[section(number, listen_url=None) for number in (1, 2, 3)]))
        bare = Part(1, f"{ITEM}/9002")
        assert SOURCE.resolve(pasted(), bare, at.http).url.endswith("/gardien_02_vachon.mp3")


class TestIncomplete:
    def test_the_item_gives_what_the_catalogue_does_not_list(self) -> None:
        details = SOURCE.describe(pasted(), site(five(), page=book_page(rows=0), files=chapters(5)).http)
        assert names(details) == WHOLE
        assert details.published_year == 1911

    def test_a_record_without_any_section_is_read_from_the_item(self) -> None:
        at = site(five(sections=[]), page=book_page(rows=0), files=chapters(5))
        assert names(SOURCE.describe(pasted(), at.http)) == WHOLE

    def test_a_page_with_all_sections_is_better_and_the_record_tells_the_rest(self) -> None:
        details = SOURCE.describe(pasted(), site(five(), page=book_page(rows=5), files=chapters(5)).http)
        assert [part.title for part in details.parts] == [f"Chapitre {number}" for number in range(1, 6)]
        assert (details.authors, details.published_year) == (("Odile Vachon",), 1911)

    def test_a_page_that_lists_no_more_is_not_taken_for_the_whole(self) -> None:
        at = site(five(), page=book_page(rows=2), files=chapters(5))
        assert names(SOURCE.describe(pasted(), at.http)) == WHOLE

    @pytest.mark.parametrize(
        "change",
        [
            lambda at: at.answers | {METADATA: item(chapters(2))},
            lambda at: {url: body for url, body in at.answers.items() if url != METADATA},
            lambda at: at.answers | {API: books(five(url_iarchive=""))},
        ],
        ids=["item with two files", "no item", "item not named"],
    )
    def test_where_nobody_has_all_of_it_the_error_says_what_is_missing(
        self, change: Callable[[Site], dict[str, bytes]]
    ) -> None:
        at = site(five(), page=b"<html></html>", files=chapters(5))
        with pytest.raises(PermanentError, match=r"lists 2 of the 5 sections of “Le gardien.*archive\.org"):
            SOURCE.describe(pasted(), Site(change(at)).http)

    def test_a_listed_book_is_not_taken_for_the_whole(self) -> None:
        at = site(five(), page=book_page(rows=0), files=chapters(5))
        assert names(SOURCE.describe(listed(at), at.http)) == WHOLE


class TestWithoutItem:
    def test_sections_without_addresses_are_an_error(self) -> None:
        silent = record(sections=[section(1), section(2, listen_url=None)], url_iarchive="")
        with pytest.raises(PermanentError, match="no recording of section 2"):
            SOURCE.describe(pasted(), site(silent, page=b"").http)

    def test_addresses_of_the_catalogue_serve(self) -> None:
        details = SOURCE.describe(pasted(), site(record(url_iarchive=""), page=b"").http)
        assert names(details) == [f"gardien_{number:02d}_vachon_64kb.mp3" for number in (1, 2, 3)]


def test_a_word_alone_is_a_book_by_every_way_to_it() -> None:
    url = "https://librivox.org/brume/"
    at = Site({API: books(record(url_librivox=url)), url: book_page(), METADATA: item()})
    ref = listed(at)
    assert SOURCE.match(ref.url) == SOURCE.match(url)
    assert len(SOURCE.describe(replace(ref, details=None), at.http).parts) == 3
