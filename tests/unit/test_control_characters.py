from __future__ import annotations

import pytest

from ohdio_core.control_characters import controls_shown, controls_shown_in_line, without_controls
from ohdio_core.domain.audiobook import BookDetails, BookRef, Chapter, ListingPage, Part, SearchHit, Target, TargetKind
from ohdio_core.errors import PermanentError
from ohdio_core.sentences import legacy

TITLE_OF_WINDOW = "\x1b]0;not your window\x07"
COLOUR_BY_C1 = "\x9b31m"
TURNED = "\u202egpj.exe"


@pytest.mark.parametrize("nasty", [TITLE_OF_WINDOW, COLOUR_BY_C1, TURNED, "\u2066", "\u2028", "\x7f", "\r", "\ud800"])
def test_nothing_that_steers_a_terminal_is_left(nasty: str) -> None:
    assert without_controls(f"Le{nasty}vent").isprintable()
    shown = controls_shown(f"Le{nasty}vent")
    assert shown.isprintable()
    assert "\\" in shown


@pytest.mark.parametrize(
    "text", ["L'été – n° 5", "Дом", "本", "قصة", "👨\u200d👩\u200d👧", "a\u00a0b", "one\ntwo\tthree"]
)
def test_the_words_of_people_stay_as_they_are(text: str) -> None:
    assert without_controls(text) == text
    assert controls_shown(text) == text


def test_one_line_stays_one_line() -> None:
    assert controls_shown_in_line("scan begun\n2026-01-01 forged") == "scan begun\\n2026-01-01 forged"


def test_what_sources_tell_of_books_is_clean() -> None:
    part = Part(0, "1", title=f"Un{TITLE_OF_WINDOW}", narrators=(f"Odile{TURNED}",))
    details = BookDetails(
        f"Le{COLOUR_BY_C1} vent", authors=("Élise", f"Jean{TURNED}"), description=f"a\n{TURNED}", parts=(part,)
    )
    book = BookRef("rss", "https://feeds.example/1", f"id{TURNED}", title=f"Le{TURNED}", details=details)
    page = ListingPage((book,), None, title=f"Tout{TITLE_OF_WINDOW}")
    hit = SearchHit(Target(TargetKind.AUDIOBOOK, "rss", "https://feeds.example/1", "1"), f"Le{TURNED}", note="\x07")
    texts = (part.title, *part.narrators, details.title, *details.authors, book.external_id, book.title, page.title)
    assert all(text is not None and text.isprintable() for text in (*texts, hit.title, hit.note))
    assert details.description == "a\ngpj.exe"
    assert Chapter(start=part.duration, title="x\x1b").title == "x"  # type: ignore[arg-type] # only the title counts


def test_a_sentence_shows_what_an_address_tried() -> None:
    error = PermanentError(legacy(f"The site leads to https://files.example/{TITLE_OF_WINDOW}."))
    assert str(error) == "The site leads to https://files.example/\\x1b]0;not your window\\x07."
    error.prefix_with("Part 1 of 2")
    assert str(error).startswith("Part 1 of 2: The site leads to")
