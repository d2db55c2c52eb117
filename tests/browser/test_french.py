"""A French page shows no English: every page, with something of every kind on it, is read in French."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

import pytest
from babel.messages.pofile import read_po
from fastapi.routing import APIRoute
from playwright.sync_api import Page

from ohdio_api.web.routers import FIRST, OPEN, PROTECTED
from ohdio_core.domain.queue import StopReason
from ohdio_core.errors import TransientError
from ohdio_core.sentences import sentence
from ohdio_core.work.outcome import PutBack, outcome_of
from tests.fixtures.api import Api
from tests.fixtures.browser import Visitors
from tests.integration.web.test_library import filed, know
from tests.integration.web.test_needs import CUT, GONE, fail
from tests.integration.web.test_preview import lasting, published
from tests.sites.pictures import jpeg
from tests.unit.sources.rss.documents import item

LISTING = "https://ici.radio-canada.ca/ohdio/categories/1003592/jeunesse"
#: What stands in the place of values, in phrases of pages and in sentences.
_VALUES = re.compile(r"%\(\w+\)s|\{\w*[^{}]*\}")
#: A mark that stands alone in French has a space before it that does not break; an apostrophe is curved.
_WRONGLY_SET = re.compile(r"(?<=\w)[:;!?»](?=\s|$)|\w'\w| [:;!?»](?=\s|$)")
#: All that people read or hear, but for names from elsewhere and what says that it is of another language.
_READ_TEXTS = """() => {
    const isOurs = (element) =>
        !element.closest("script, style, bdi, code") && element.closest("[lang]").lang === "fr";
    const texts = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) if (isOurs(walker.currentNode.parentElement)) texts.push(walker.currentNode.data);
    for (const name of ["title", "aria-label", "placeholder", "alt"]) {
        const named = [...document.querySelectorAll(`body [${name}]`)];
        texts.push(...named.filter(isOurs).map((element) => element.getAttribute(name)));
    }
    return [document.title, ...texts];
}"""


def english() -> Iterator[str]:
    """Yield what is said in English and differently in French."""
    for package, name in (("ohdio_api.web", "ui"), ("ohdio_core", "sentences")):
        with files(package).joinpath("locale", "fr", f"{name}.po").open("rb") as file:
            for message in read_po(file, locale="fr"):
                said = str(message.id) if name == "ui" else " ".join(message.auto_comments)
                if message.id and said != message.string:
                    yield said


def pattern(said: str) -> str | None:
    """Return a pattern for a phrase with whatever values; None where these are all that it has."""
    if not re.search(r"[a-z]{2}", _VALUES.sub("", said)):
        return None
    # Whole words: "All 7" is not the beginning of "Aller".
    told = (re.escape(" ".join(between.split())) for between in _VALUES.split(said))
    return " *.+? *".join(re.sub(r"^(?=\w)|(?<=\w)$", r"\\b", between) for between in told)


@pytest.fixture(scope="module")
def is_english() -> re.Pattern[str]:
    patterns = filter(None, map(pattern, english()))
    return re.compile("|".join(f"(?:{one})" for one in patterns), re.IGNORECASE)


def found(page: Page, is_english: re.Pattern[str]) -> list[str]:
    """Return what is English on a page."""
    texts: list[str] = page.evaluate(_READ_TEXTS)
    said = {" ".join(re.split(r"[ \n\t]+", part)).strip() for text in texts for part in (text, *text.split(" · "))}
    return sorted(text for text in said if is_english.fullmatch(text) or _WRONGLY_SET.search(text))


def fill(api: Api) -> dict[str, Any]:
    """Put a book of every state into the queue and the library, and scans; return what paths have in them."""
    api.engine.worker()
    kept, other = filed(api, "Les marées", "Le phare", cover=jpeg(2))
    know(api, kept, authors=["Odile"], narrators=["Rose"], language="fr", duration_seconds=6_000, series="Rives")
    know(api, other, authors=["Anne"], language="en", publisher="Chouette", published_year=2021)
    running, tried, _, paused, gone, cut = api.engine.titled("Un", "Deux", "Trois", "Quatre", "Cinq", "Six")
    api.http.post("/submissions", json={"urls": [LISTING]}).raise_for_status()
    (scan,) = api.get("/scrapes")["items"]
    private = {"url": "https://odile:marees@stories.example/feed.xml"}
    held = {"url": "https://stories.example/other.xml", "held_against": {"path": "/library/Rives"}}
    follows = [api.http.post("/follows", json=order).raise_for_status().json()["id"] for order in (private, held)]
    api.engine.execute("UPDATE follows SET title = 'Rives', keep_newest = 3, next_attempt_at = now() + interval '5 h'")
    for number, sentences in ((paused, None), (gone, GONE), (cut, CUT)):
        if sentences is None:
            api.http.post(f"/queue/items/{number}/pause").raise_for_status()
        else:
            fail(api, number, sentences)
    api.engine.keep_workers_alive()
    api.engine.admit()
    lost = outcome_of(TransientError(CUT))
    for number, outcome in ((tried, lost), (running, PutBack(StopReason.RESET))):
        api.engine.finish(api.engine.start(number), outcome, progress=500, received=800)
    api.engine.keep_workers_alive()
    api.engine.admit()
    api.engine.start(running)
    api.engine.execute(
        "UPDATE queue_items SET stage = 'downloading', progress = 250, bytes_total = 1000, parts_total = 4, "
        "bytes_per_second = 20 WHERE id = :id",
        id=running,
    )
    return {"audiobook_id": kept, "scrape_id": scan["id"], "tried": tried, "follow_id": follows[1]}


def every_page(there: dict[str, Any]) -> Iterator[str]:
    """Yield the address of every page that there is, with what is in it."""
    for router in (*FIRST, *OPEN, *PROTECTED):
        for route in router.routes:
            if isinstance(route, APIRoute) and "GET" in (route.methods or ()) and not _is_no_page(route.path):
                yield route.path.format(**there)


def _is_no_page(path: str) -> bool:
    """Return whether it is a file, or a part of pages."""
    return path.startswith(("/assets", "/covers", "/queue/rows", "/health")) or path.endswith("/cover")


class TestEveryPage:
    @pytest.mark.rows(11)
    def test_of_a_full_ohdio_is_in_french_all_over(
        self, visitors: Visitors, api: Api, is_english: re.Pattern[str]
    ) -> None:
        there = fill(api)
        link = published(api, item(1, lasting(20)), item(2, lasting(90)))
        addresses = {
            *every_page(there),
            f"/?open={there['tried']}",
            *("/?status=failed", "/?q=rien", "/?status=paused", "/?cause=protected", "/?sort=title"),
            *("/library?view=list", "/library?author=Odile", "/library?q=rien", "/nothing", "/books/99", "/?open=x"),
            *(f"/add?{urlencode(fields)}" for fields in ({"url": link, "least": "60"}, {"url": "ftp://books.example"})),
        }
        visitors.expect("404|422|400")  # of pages that say what is wrong
        page = visitors.page(api.url, locale="fr-CA")

        assert {path: wrong for path in sorted(addresses) if (wrong := read(page, path, is_english))} == {}

    def test_of_an_empty_ohdio_is_too(self, visitors: Visitors, api: Api, is_english: re.Pattern[str]) -> None:
        page = visitors.page(api.url, locale="fr-CA")
        assert {path: wrong for path in ("/", "/library") if (wrong := read(page, path, is_english))} == {}


def read(page: Page, path: str, is_english: re.Pattern[str]) -> list[str]:
    page.goto(path)
    return found(page, is_english)


def test_answers_to_orders_are_in_french(visitors: Visitors, api: Api, is_english: re.Pattern[str]) -> None:
    one, two = api.engine.titled("Un", "Deux")
    page = visitors.page(api.url, locale="fr-CA")
    page.goto("/")
    for item_id in (one, two):
        page.locator(f"#item-{item_id} .tick input").check()
    assert found(page, is_english) == []
    page.locator("#several button[value=remove]").click()
    page.locator(".notice form button").click()
    page.locator(f"#item-{one}").wait_for()
    assert found(page, is_english) == []
    page.locator("#url").fill("ftp://books.example/x")
    page.locator(".paste .main").click()
    page.locator(".notice[data-kind=refused]").wait_for()
    assert found(page, is_english) == []


def test_an_english_page_would_be_noticed(visitors: Visitors, api: Api, is_english: re.Pattern[str]) -> None:
    fill(api)
    page = visitors.page(api.url, locale="en-CA")
    page.goto("/")
    page.evaluate("document.documentElement.lang = 'fr'")
    said = found(page, is_english)
    assert {"Library", "Paused", "It does not exist (any more)", "1 book"} <= set(said), said


def test_a_value_within_a_phrase_hides_none_of_it(is_english: re.Pattern[str]) -> None:
    told = sentence("http.gone", "it does not exist (any more)").text
    assert is_english.fullmatch("Given up after 5 attempts. " + told)
    assert not is_english.fullmatch("Abandonné après 5 tentatives. Il n’existe pas ou plus")
