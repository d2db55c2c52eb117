"""Pages from a grammar: a book that is written with the liberties of real pages is read back, or refused.

The first line of each liberty's docstring stands in docs/sources/web.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import escape
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from ohdio_core.errors import OhdioError
from ohdio_core.sources.web.content import read_page
from tests.unit.sources.web.page_liberties import (
    NOTATIONS,
    SAYINGS,
    SELF_DESCRIBED,
    SITE,
    Book,
    Recording,
    figures,
    links,
)
from tests.unit.sources.web.page_markup import ENCODINGS, MARKUP, Liberty

URL = f"{SITE}/livres/phare.html"
_DOCS = Path(__file__).parents[4] / "docs" / "sources" / "web.md"
_MOST_LIBERTIES = 4

_PEOPLE = st.none() | st.sampled_from(["Ève Tremblé", "Noé Côté", "J.-B. d'Or", "Anna von Berg", "Zoé Le Roy"])
_TITLES = st.sampled_from(
    ["Le phare", "La mer & le port", "Été – œuvre", "L’île", "Chapitre 1 : le départ", "Kapitel 2", "“Non !”"]
)


@st.composite
def books(draw: st.DrawFn) -> Book:
    """Draw what a page means."""
    titles = draw(st.lists(_TITLES, min_size=1, max_size=4, unique=True))
    stem = draw(st.sampled_from(["phare", "Le phare", "été", "a+b"]))
    parts = tuple(Recording(f"{stem} {number:02}.mp3", title) for number, title in enumerate(titles, 1))
    return Book(draw(st.sampled_from(["Le phare", "Sable & sel", "Été"])), draw(_PEOPLE), draw(_PEOPLE), parts)


Case = tuple[Book, bytes, list[str]]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a book, a page of it as it arrives, and what was done."""
    book = draw(books())
    notation = draw(st.sampled_from(NOTATIONS))
    saying = draw(st.sampled_from(SAYINGS))
    said = "" if notation in SELF_DESCRIBED else saying(book)
    title = escape(book.title)
    text = (
        f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1>{said}"
        f"<p>Une histoire.</p>{notation(book)}</body></html>"
    )
    liberties = draw(st.lists(st.sampled_from(MARKUP), max_size=_MOST_LIBERTIES, unique=True))
    for liberty in sorted(liberties, key=MARKUP.index):
        text = liberty(text)
    encoding = draw(st.sampled_from(ENCODINGS))
    done = [notation, saying, *liberties, encoding]
    return book, encoding(text), [one.__name__ for one in done]


def read(body: bytes) -> Book | None:
    """Return what is read of a page; None where it is refused."""
    try:
        (book,) = read_page(body, URL, "text/html").books
    except OhdioError as error:
        note(str(error))
        return None
    parts = tuple(Recording(one.url, one.title or book.details.title) for one in book.audio)
    author, reader = (" / ".join(names) or None for names in (book.details.authors, book.details.narrators))
    return Book(book.details.title, author, reader, parts)


def check(case: Case) -> None:
    book, body, done = case
    note(", ".join(done))
    note(body.decode(errors="replace"))
    found = read(body)
    if found is None:
        return
    assert [one.name for one in found.parts] == [one.address for one in book.parts]
    assert replace(found, parts=()) == replace(book, parts=())
    if len(book.parts) > 1:  # one alone is called as its page is
        assert [one.title for one in found.parts] == [one.title for one in book.parts]


@settings(max_examples=200)
@given(cases())
def test_a_page_is_read_as_what_it_means_or_refused(case: Case) -> None:
    check(case)


@pytest.mark.full
@settings(max_examples=4000, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_thousands_of_pages_are(case: Case) -> None:
    check(case)


def all_liberties() -> list[Callable[..., object]]:
    kinds: list[tuple[Callable[..., object], ...]] = [NOTATIONS, SAYINGS, MARKUP, ENCODINGS]
    return list(chain.from_iterable(kinds))


def test_the_docs_list_every_liberty() -> None:
    section = _DOCS.read_text(encoding="utf-8").partition("### Of pages")[2].partition("\n#")[0]
    listed = re.findall(r"^\| (.+?) \| (.+?) \|$", section, re.MULTILINE)[1:]
    assert listed == [tuple((liberty.__doc__ or "").rstrip(".").split(": ", 1)) for liberty in all_liberties()]


@pytest.mark.parametrize("liberty", MARKUP, ids=lambda liberty: liberty.__name__)
def test_each_liberty_changes_something(liberty: Liberty) -> None:
    book = Book("Été", "Ève", None, (Recording("a b.mp3", "é"),))
    body = f"<body><h1>é</h1>{links(book)}{figures(book)}</body>"
    page = f"<!DOCTYPE html><html><head><title>Été</title></head>{body}</html>"
    assert liberty(page) != page
