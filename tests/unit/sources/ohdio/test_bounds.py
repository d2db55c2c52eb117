"""A megabyte of anything is read in about a second: what is flat, and so meets no limit of depth."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from ohdio_core.errors import OhdioError
from ohdio_core.sources.ohdio import links
from ohdio_core.sources.ohdio.book import cover_from, parse_book, people
from ohdio_core.sources.ohdio.category import parse_category
from ohdio_core.sources.ohdio.linked_data import parse_linked_book
from ohdio_core.sources.ohdio.links import Link, Thing
from ohdio_core.sources.ohdio.media import is_known_host, media_at, parse_validation
from ohdio_core.sources.ohdio.playback import parse_playback, year_of
from ohdio_core.sources.ohdio.programme import parse_episode_page, parse_programme, presenters
from ohdio_core.sources.ohdio.publication import parse_kicker, parse_publication
from ohdio_core.sources.ohdio.search import parse_search
from ohdio_core.sources.ohdio.state import page_data
from tests.fixtures.effort import seconds_of_work
from tests.unit.sources.ohdio.answers import book, card_of_episode, cue, part, playback, programme, validation

MEGABYTE = 1_000_000
PATH = "/ohdio/categories/9001/contes"
URL = f"https://ici.radio-canada.ca{PATH}"
PROGRAMME = Link(Thing.PODCAST, "8001", f"{links.ROOT}/balados/8001")


#: What reads a text that somebody else wrote.
TEXTS: dict[str, Callable[[str], object]] = {
    "names": people,
    "names in a paragraph": lambda text: people(f"<p>{text}</p>"),
    "presenters": lambda text: presenters(f"Avec {text}"),
    "publication": parse_publication,
    "publication after its year": lambda text: parse_publication(f"Publié en 2009 | {text}"),
    "kicker": parse_kicker,
    "cover": lambda text: cover_from({"pattern": f"https://{text}"}),
    "year": year_of,
    "link": links.match,
    "link to a book": lambda text: links.match(f"{links.ROOT}/livres-audio/{text}"),
    "link to a list": lambda text: links.match(f"{links.ROOT}/listes-d-ecoute/{text}"),
    "part": links.media_id_of_part,
    "host": lambda text: is_known_host(f"https://{text}.akamaihd.net/"),
    "address": is_known_host,
    "medium": lambda text: media_at(f"https://media.radio-canada.ca/?{text}"),
    "refusal": lambda text: parse_validation(validation(None, 4, text)),
    "state": lambda text: page_data(f"window._rcState_={text}".encode(), PATH),
    "state in a text": lambda text: page_data(f"window._rcState_=JSON.parse('{text}')".encode(), PATH),
    "state of no page": lambda text: page_data(
        f'window._rcState_={{"pagesV2":{{"pages":{{"{text}":1}}}}}}'.encode(), PATH
    ),
    "page": lambda text: parse_category(text.encode(), URL),
    "page of a book": lambda text: parse_linked_book(text.encode(), "77001"),
}
PIECES = [
    " ", "\n", "\xa0", "0", "7", "a", "é", "-", "/", "?", ".", ",", ";", "&amp;", "|", "•", "'", '"', "\\", "{", "<",
    "a,", "a et ", " et", "1 ans•", "pages", "1 pages|", "Publié en ", "Publié en 2009 ", "public ", "rcav", "rchds",
    "rcav.", "exp=1", "exp=1234567890", "%20", "window._rcState_=", "window._rcState_={",
    "window._rcState_=JSON.parse('", "/livres-audio/7/", "/livres-audio/7", "/listes-d-ecoute", "<p>", "<p>a</p>",
    "<br>", "&nbsp;", "{width}", "premium", "<a href='/ohdio/livres-audio/7/x'></a>", "<a href=x rel=next></a>",
    "<img src=x>", "<li class='index-grid-item'></li>", "<span class='text'></span>",
    "<script type='application/ld+json'>[]</script>",
]  # fmt: skip


def read(parse: Callable[[], object]) -> None:
    with contextlib.suppress(OhdioError):
        parse()


@pytest.mark.fuzz
@pytest.mark.parametrize("name", TEXTS)
def test_a_megabyte_of_long_texts_is_read_in_seconds(name: str) -> None:
    texts = [piece * (MEGABYTE // len(PIECES) // len(piece)) for piece in PIECES]

    def read_all() -> None:
        for text in texts:
            read(partial(TEXTS[name], text))

    assert seconds_of_work(read_all, enough=3) < 3


def numbered(template: str) -> list[Any]:
    """Return a megabyte of objects, each with its own number."""
    size = len(template) + 4
    return [json.loads(template.replace("#", str(number))) for number in range(10_000, 10_000 + MEGABYTE // size)]


def linked(data: Any) -> bytes:
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'.encode()


def embedded(data: Any, key: str = PATH) -> bytes:
    return b"window._rcState_ = " + json.dumps({"pagesV2": {"pages": {key: {"data": data}}}}).encode()


CARDS = numbered('{"url":"/livres-audio/#"}')
COMPLETE = numbered('{"url":"https://ici.radio-canada.ca/ohdio/livres-audio/#"}')
EPISODES = numbered('{"url":"/balados/8001/x/#"}')
#: Answers with as many things as a megabyte holds.
LISTS: dict[str, Callable[[], object]] = {
    "item list": lambda: parse_category(linked({"itemListElement": CARDS}), URL),
    "item list of complete addresses": lambda: parse_category(linked({"itemListElement": COMPLETE}), URL),
    "graph": lambda: parse_category(linked({"@graph": COMPLETE}), URL),
    "cards": lambda: parse_category(embedded(CARDS), URL),
    "cards of complete addresses": lambda: parse_category(embedded(COMPLETE), URL),
    "paging": lambda: parse_category(embedded([{"pagination": {"pageSize": 1, "totalCount": 9}}] * 20_000), URL),
    "links": lambda: parse_category(
        "".join(f"<a href=/ohdio/livres-audio/{number}>x</a>" for number in range(26_000)).encode(), URL
    ),
    "links beside": lambda: parse_category(
        b"<aside>" * 200 + "".join(f"<a href=/ohdio/livres-audio/{number}>x</a>" for number in range(26_000)).encode(),
        URL,
    ),
    "next in next": lambda: parse_category(
        b"<div class='pagination next'>" * 200 + b"<b class=next><a href=x></a></b>" * 30_000, URL
    ),
    "texts in texts": lambda: parse_category(
        b"<li class=index-grid-item><a href=/ohdio/livres-audio/7>x</a>"
        + b"<span class='text author'>" * 200
        + b" " * MEGABYTE,
        URL,
    ),
    "names of pages": lambda: page_data(
        b"window._rcState_ = "
        + json.dumps({"pagesV2": {"pages": {f"/categories/9001{number}": 0 for number in range(35_000)}}}).encode(),
        PATH,
    ),
    "parts": lambda: parse_book(book(*([part("501", "")] * 5_000))),
    "authors": lambda: parse_book(book(subtitle=", ".join(map(str, range(150_000))))),
    "cues": lambda: parse_playback(playback(*[cue(str(number // 4), number) for number in range(4_000)])),
    "episodes": lambda: parse_programme(programme(*EPISODES), PROGRAMME, 1),
    "an episode": lambda: parse_programme(programme(card_of_episode(41, summary="<p>x</p>" * 120_000)), PROGRAMME, 1),
    "an episode's page": lambda: parse_episode_page({"header": {"title": "&nbsp;x" * 140_000}}),
    "hits": lambda: parse_search([{**card, "title": "x"} for card in CARDS]),
    "links to parts": lambda: parse_linked_book(
        linked({"@type": "Audiobook", "name": "x"})
        + "".join(f"<a href=/livres-audio/77001/x/{number}-0>x</a>" for number in range(24_000)).encode(),
        "77001",
    ),
}


@pytest.mark.fuzz
@pytest.mark.parametrize("name", LISTS)
def test_a_megabyte_of_things_is_read_in_seconds(name: str) -> None:
    assert seconds_of_work(lambda: read(LISTS[name]), enough=3) < 3
