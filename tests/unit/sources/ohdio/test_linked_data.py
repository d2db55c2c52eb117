from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.domain.audiobook import BookDetails, Part
from ohdio_core.errors import OhdioError, PermanentError
from ohdio_core.sources.ohdio.linked_data import parse_linked_book
from tests.unit.sources.ohdio.answers import json_values, page

PARTS = (
    '<a href="/ohdio/livres-audio/77001/le-phare/501-0"> <b>Un</b> </a><a href="/ohdio/livres-audio/9/autre/7-0">x</a>'
    '<a href="https://ici.radio-canada.ca/ohdio/livres-audio/77001/le-phare/502-0">Deux</a>'
    '<a href="/ohdio/livres-audio/77001/le-phare/501-0">Écouter</a>'
)


def with_data(data: Any, body: str = PARTS) -> bytes:
    return page(body, head=f'<script type="application/ld+json">{json.dumps(data)}</script>')


def audiobook(**more: Any) -> dict[str, Any]:
    return {"@type": "Audiobook", "name": "Le phare", **more}


def test_every_field_is_read() -> None:
    data = audiobook(
        author=[{"@type": "Person", "name": "Odile Vachon"}, "Rémi Lantier"],
        readBy={"name": "Zoé Roy et Luc Tel"},
        description="<p>Un gardien&nbsp;attend.</p>",
        publisher={"name": "Éditions du Large"},
        datePublished="2009-05-01",
        genre="Roman",
        numberOfPages="212",
        inLanguage="fr-CA",
        image=[{"url": "https://images.example/phare.jpg"}],
        duration="PT1H2M3S",
    )
    assert parse_linked_book(with_data(data), "77001") == BookDetails(
        title="Le phare",
        authors=("Odile Vachon", "Rémi Lantier"),
        narrators=("Zoé Roy", "Luc Tel"),
        description="Un gardien attend.",
        publisher="Éditions du Large",
        published_year=2009,
        published_on=date(2009, 5, 1),
        genre="Roman",
        page_count=212,
        language="fr-CA",
        cover_url="https://images.example/phare.jpg",
        duration=timedelta(hours=1, minutes=2, seconds=3),
        parts=(Part(0, "501", "Un"), Part(1, "502", "Deux")),
    )


@pytest.mark.parametrize("pages", [0, -3, 100_000, 10**400, "9" * 18, True, 1.5])
def test_a_number_of_pages_that_no_book_has_is_left_out(pages: object) -> None:
    assert parse_linked_book(with_data(audiobook(numberOfPages=pages)), "77001").page_count is None


@pytest.mark.parametrize(
    "data",
    [
        [{"@type": "BreadcrumbList"}, audiobook()],
        {"@graph": [{"@type": "WebPage"}, audiobook()]},
        {"@type": ["Book", "AudioBook"], "title": "Le phare"},
    ],
)
def test_the_book_is_found_wherever_it_stands(data: Any) -> None:
    assert parse_linked_book(with_data(data), "77001").title == "Le phare"


@pytest.mark.parametrize(
    ("html", "said"),
    [
        (b"", "nothing of the book"),
        (with_data({"@type": "Book", "name": "Le phare"}), "nothing of the book"),
        (with_data(audiobook(name=None)), "nothing of the book"),
        (with_data(audiobook(), ""), "not link to all parts"),
        (with_data(audiobook(hasPart=[{}, {}, {}])), "not link to all parts"),
    ],
)
def test_half_a_book_is_an_error(html: bytes, said: str) -> None:
    with pytest.raises(PermanentError, match=said):
        parse_linked_book(html, "77001")


@given(json_values, st.binary())
def test_any_bytes_give_a_book_or_a_named_error(data: Any, body: bytes) -> None:
    odd = audiobook(author=data, readBy=data, image=data, duration=data, datePublished=data, hasPart=None)
    # In a script, "<" may begin the end of it; the site escapes it as we do.
    html = with_data(odd).replace(b"\\u003c", b"<")
    for page_html in (html, body, b'<script type="application/ld+json">' + body):
        try:
            details = parse_linked_book(page_html, "77001")
        except OhdioError:
            continue
        assert details.parts
