"""What a page says of its book beside labels, in three languages."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.sources.web.document import Document
from ohdio_core.sources.web.said import with_what_is_said
from tests.fixtures.effort import seconds_of_work


def said(html: str, details: BookDetails | None = None) -> BookDetails:
    return with_what_is_said(details or BookDetails("x"), Document(html.encode(), "https://stories.example/a"))


class TestPeople:
    @pytest.mark.parametrize(
        "html",
        [
            "<p>Author: Ève Tremblé</p><p>Narrator: Noé Côté</p>",
            "<p><strong>Auteur :</strong> Ève Tremblé<br><strong>Lu par</strong> Noé Côté</p>",
            "<dl><dt>Autorin</dt><dd>Ève Tremblé</dd><dt>Sprecher:in</dt><dd>Noé Côté</dd></dl>",
            "<table><tr><th>Autor</th><td>Ève Tremblé</td></tr><tr><th>Gelesen von</th><td>Noé Côté</td></tr></table>",
            "<table><tr><td>Autrice :<td>Ève Tremblé</tr><tr><td>Narrateur :<td>Noé Côté</tr></table>",
            "<ul><li>Écrit par Ève Tremblé</li><li>Raconté par Noé Côté</li></ul>",
            "<div class=l>Auteure</div><div>Ève Tremblé</div><div class=l>Lecteur</div><div>Noé Côté</div>",
            "<p>Geschrieben von Ève Tremblé • Erzählt von Noé Côté • 3 Std.</p>",
            "<p>Auteur(s) : Ève Tremblé</p><p>Narration : Noé Côté.</p>",
        ],
    )
    def test_are_those_behind_their_labels(self, html: str) -> None:
        details = said(html)
        assert (details.authors, details.narrators) == (("Ève Tremblé",), ("Noé Côté",))

    @pytest.mark.parametrize(
        "html",
        [
            "<p>Translated from the French by Ève Tremblé</p>",
            "<p>Translator: Ève Tremblé</p>",
            "<p>Traduit de l’anglais (États-Unis) par Ève Tremblé</p>",
            "<p>Roman traduit</p><p>Traduit du russe par Ève Tremblé</p>",
            "<p>Traduction : Ève Tremblé</p>",
            "<dl><dt>Übersetzung</dt><dd>Ève Tremblé</dd></dl>",
            "<p>Aus dem Englischen von Ève Tremblé</p>",
        ],
    )
    def test_who_translated_are_named_in_three_languages(self, html: str) -> None:
        assert said(html).translators == ("Ève Tremblé",)

    def test_are_several_where_several_are_named(self) -> None:
        assert said("<p>Lu par Ève Tremblé, Noé Côté et Zoé d’Or</p>").narrators == (
            "Ève Tremblé",
            "Noé Côté",
            "Zoé d’Or",
        )

    @pytest.mark.parametrize(
        "html",
        [
            "<p>Author: admin</p>",
            "<p>Auteur : cliquez ici pour en savoir plus</p>",
            "<p>The author: a man of many words, who lives by the sea.</p>",
            "<p>L'auteur a lu par hasard un livre.</p>",
            "<div id='comments'><p>Auteur : Bob Comment</p></div>",
            "<nav><ul><li>Autor: Anna Menü</li></ul></nav>",
            "<footer>Author: Site Owner</footer>",
            "<p>Sprecher</p><p>sind gesucht</p>",
            "<script>Author: Ann Script</script>",
        ],
    )
    def test_are_none_where_no_name_stands(self, html: str) -> None:
        details = said(html)
        assert (details.authors, details.narrators) == ((), ())

    def test_of_the_head_come_first(self) -> None:
        details = said("<p>Auteur : Ève Tremblé</p>", BookDetails("x", authors=("Zoé Roy",)))
        assert details.authors == ("Zoé Roy",)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("Durée : 3 h 12", 192),
        ("Durée totale : 3 heures et 12 minutes", 192),
        ("Dauer: 3 Std. 12 Min.", 192),
        ("Spieldauer 3 Stunden", None),
        ("Hördauer: 45 Minuten", 45),
        ("Running time: 1:02:00", 62),
        ("Length: 62 min", 62),
        ("Durée : longue", None),
    ],
)
def test_lengths_are_read_in_words(text: str, minutes: int | None) -> None:
    assert said(f"<p>{text}</p>").duration == (None if minutes is None else timedelta(minutes=minutes))


def test_a_megabyte_of_the_same_takes_no_time() -> None:
    for piece in ("<p>Auteur : </p>", "<td>Auteur : Ève", "<dt>Autor", "Ève, ", "<b>Durée : 3 h "):
        page = piece * (1_000_000 // len(piece))
        document = Document(page.encode(), "https://stories.example/a")
        assert seconds_of_work(partial(with_what_is_said, BookDetails("x"), document), enough=3) < 3


@pytest.mark.parametrize(
    ("html", "told"),
    [
        ("<p>Série : Les marées, tome 2</p>", ("Les marées", "2")),
        ("<p>Series: Harbour #3</p>", ("Harbour", "3")),
        ("<dl><dt>Reihe</dt><dd>Gezeiten</dd></dl>", ("Gezeiten", None)),
        ("<p>A series of storms.</p>", (None, None)),
    ],
)
def test_the_series_is_what_stands_behind_its_label(html: str, told: tuple[str | None, str | None]) -> None:
    details = said(html)
    assert (details.series, details.series_position) == told
