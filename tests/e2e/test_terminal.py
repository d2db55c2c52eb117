"""What sites say, as it reaches a terminal."""

from __future__ import annotations

import json
from dataclasses import replace

from tests.fixtures.command import Command
from tests.sites.catalogue import Catalogue, SimCategory, invent_book
from tests.sites.client import SimOrigin

_TITLE_OF_WINDOW = "\x1b]0;not your window\x07"
_TURNED = "\u202e"
_C1 = "\x9b31m"


def steers(text: str) -> bool:
    """Return whether a terminal would take anything of a text for an order."""
    return any(not character.isprintable() and character != "\n" for character in text)


def test_titles_and_sentences_of_sites_steer_no_terminal(ohdio: Command, origin: SimOrigin) -> None:
    nasty = f"Le vent {_TITLE_OF_WINDOW}{_TURNED}{_C1}du nord"
    book = replace(invent_book(58_001, seconds=2), title=nasty)
    gone = replace(invent_book(58_002, seconds=2, is_gone=True), title=f"Perdu{_TITLE_OF_WINDOW}")
    category = SimCategory(9058, f"Tout{_TITLE_OF_WINDOW}", (book.id, gone.id))
    origin.offer(Catalogue(books=(book, gone), categories=(category,)))

    done = ohdio.run("get", origin.category_url(category))
    assert not steers(done.stdout)
    assert not steers(done.stderr)
    assert "Perdu" in done.stdout

    answer = ohdio.run("get", origin.category_url(category), "--json").stdout
    assert not steers(answer)
    assert json.loads(answer)["complete"] == 1
    assert not steers((ohdio.data / "ohdio.log").read_text())
    assert all(folder.isprintable() for folder in ohdio.books())


def test_a_link_that_a_person_pasted_is_shown_with_its_controls_written_out(ohdio: Command) -> None:
    refused = ohdio.run("get", f"https://books.example/{_TITLE_OF_WINDOW}")
    assert refused.returncode == 2
    assert not steers(refused.stderr)
