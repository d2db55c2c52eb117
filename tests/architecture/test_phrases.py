"""Every phrase of the pages is there in every language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import ohdio_api.web

WEB = Path(ohdio_api.web.__file__).parent
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "several": (1, 2)}
METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
PLACES = re.compile(r"%\((\w+)\)s")


def phrases() -> set[str]:
    found: set[str] = set()
    for _, _, message, _, _ in extract_from_dir(WEB, method_map=METHODS, keywords=KEYWORDS):
        found |= set(message) if isinstance(message, tuple) else {message}
    return found


@pytest.fixture(scope="module")
def french() -> dict[str, str]:
    with (WEB / "locale/fr/ui.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file, locale="fr") if message.id}


def test_french_has_every_phrase_and_no_other(french: dict[str, str]) -> None:
    assert set(french) == phrases()
    assert [phrase for phrase, text in french.items() if not text] == []


def test_french_has_the_same_values(french: dict[str, str]) -> None:
    assert {
        phrase: text
        for phrase, text in french.items()
        if sorted(PLACES.findall(phrase)) != sorted(PLACES.findall(text))
    } == {}


def test_french_is_set_as_french_is(french: dict[str, str]) -> None:
    wrong = re.compile(r"\w'\w|(?<![\u00a0\u202f])[:;!?»](?=\s|$)|«(?!\u00a0)|\.\.\.")
    assert {phrase: text for phrase, text in french.items() if wrong.search(PLACES.sub("x", text))} == {}
