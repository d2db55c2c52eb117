"""Phrases that are longer by 40 %, as other languages have them: none is cut or covered, and no page is too wide."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from ohdio_api.web import words
from ohdio_api.web.words import Words
from tests.browser.boxes import wrong_boxes
from tests.browser.test_french import every_page, fill
from tests.fixtures.api import Api
from tests.fixtures.browser import Visitors

#: A language that nobody has translated the pages into: what is said in it is English with more letters.
_CODE = "eo"
_MAIN = ("/", "/library", "/settings", "/follows")
#: Letters of values, addresses and elements are no letters of a phrase.
_KEPT = re.compile(r"%\(\w+\)s|%\d|<[^>]*>|\S*[./]\S+|[^aeiouy%<]+|.")


def longer(text: str) -> str:
    """Return an English text with two fifths more letters, in the words that it has."""
    pieces = _KEPT.findall(text)
    vowels = [index for index, piece in enumerate(pieces) if len(piece) == 1 and piece in "aeiouy"]
    letters = len(re.sub(r"%\(\w+\)s|%\d|<[^>]*>", "", text))
    for number in range(round(letters * 0.4) if vowels else 0):
        index = vowels[number % len(vowels)]
        pieces[index] += pieces[index][0]
    return "".join(pieces)


@pytest.fixture(autouse=True)
def _in_longer_phrases(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for table in (words._UNITS, words._CLOCK):
        monkeypatch.setitem(table, _CODE, table["en"])
    monkeypatch.setitem(words.LANGUAGES, _CODE, "Longer")
    plain, sentence, setting = Words.gettext, Words.translated_text, Words.setting
    monkeypatch.setattr(Words, "gettext", lambda self, said: longer(said) if self.code == _CODE else plain(self, said))

    def translated_text(self: Words, text: str | None, message: object) -> str | None:
        told = sentence(self, text, message)  # type: ignore[arg-type]
        return told if told is None or self.code != _CODE else longer(told)

    monkeypatch.setattr(Words, "translated_text", translated_text)
    monkeypatch.setattr(
        Words,
        "setting",
        lambda self, variable, said: longer(said) if self.code == _CODE else setting(self, variable, said),
    )
    yield
    words.words.cache_clear()


@pytest.mark.parametrize(
    "width", [360, pytest.param(820, marks=pytest.mark.full), pytest.param(1280, marks=pytest.mark.full)]
)
@pytest.mark.parametrize("is_all", [False, pytest.param(True, marks=pytest.mark.full)], ids=["main pages", "all pages"])
def test_are_whole_beside_one_another_and_within_the_window(
    visitors: Visitors, api: Api, width: int, is_all: bool
) -> None:
    there = fill(api)
    page = visitors.page(api.url, viewport={"width": width, "height": 740})
    page.context.add_cookies([{"name": "language", "value": _CODE, "url": api.url}])
    visitors.expect("404")  # of links into this installation that are none
    found = {}
    for path in every_page(there) if is_all else _MAIN:
        page.goto(path)
        found[path] = wrong_boxes(page)
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_a_longer_text_keeps_its_values() -> None:
    text = longer("%(count)s books go on at <b>example.org</b>.")
    assert text.startswith("%(count)s boo")
    assert "<b>example.org</b>." in text
    assert len(longer("Library")) == 10
