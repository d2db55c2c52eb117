from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.sources.ohdio.publication import Publication, parse_kicker, parse_publication


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            "<p>Publié en&nbsp;2011&nbsp;| Plume verte | 96&nbsp;pages | Dès 6&nbsp;ans</p>",
            Publication("Plume verte", 2011, 96, "Dès 6 ans"),
        ),
        (
            "<p><strong>Prix du Vent 2010</strong><br>Prix de la Mer 2011<br>Publié en 2009 | Large | Tout public</p>",
            Publication("Large", 2009, None, "Tout public"),
        ),
        ("<p>Prix du Vent | Publié en 2009 | Large</p>", Publication("Large", 2009)),
        ("<p>Publiée en 2011 | 96 pages | 6-8 ans</p>", Publication(None, 2011, 96, "6-8 ans")),
        (
            "<p>Paru en 2011 | Éditions Publiques | Pour adultes</p>",
            Publication("Éditions Publiques", 2011, None, "Pour adultes"),
        ),
        ("<p>Publié en 2011 | Large | 1 234 pages</p>", Publication("Large", 2011, 1234)),
        ("<p>Publié en mars 2011 | Large | 344 p.</p>", Publication("Large", 2011, 344)),
        ("<p>Paru le 1er mars 2011 | Large</p>", Publication("Large", 2011)),
        ("<p>Publié en 2011 | Large | 1\xa0234\xa0pages</p>", Publication("Large", 2011, 1234)),
        ("<p>Publié en 2011 | Large | 1&#8239;234&nbsp;pages</p>", Publication("Large", 2011, 1234)),
        ("<p>Plume verte | 1 page | Adolescents</p>", Publication("Plume verte", None, 1, "Adolescents")),
        ("<p>Plume verte</p>", Publication()),
        ("", Publication()),
    ],
)
def test_the_line_is_taken_apart(html: str, expected: Publication) -> None:
    assert parse_publication(html) == expected


@pytest.mark.parametrize(
    ("html", "genre", "audience"),
    [
        ("Roman", "Roman", None),
        ("<p>Livre audio&nbsp;• Roman</p>", "Roman", None),
        ("Livre audio • 9-12 ans", None, "9-12 ans"),
        ("Conte • 0-5 ans", "Conte", "0-5 ans"),
        ("Conte • 0-5 ans • Poésie", "Conte, Poésie", "0-5 ans"),
        ("Livre audio", None, None),
        ("", None, None),
    ],
)
def test_a_kicker_is_a_genre_an_age_or_both(html: str, genre: str | None, audience: str | None) -> None:
    assert parse_kicker(html) == (genre, audience)


@given(st.text(alphabet="publié en 2|0-9 pagesan•<p>\n") | st.text())
def test_any_text_is_taken_apart(html: str) -> None:
    publication = parse_publication(html)
    assert publication.year is None or 0 <= publication.year <= 9999
    parse_kicker(html)
