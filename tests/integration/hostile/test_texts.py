"""Texts of sites that would like to be something else than text."""

from __future__ import annotations

import pytest

from ohdio_core.sentences import json_of, sentence
from tests.fixtures.api import Api
from tests.fixtures.page import Page
from tests.integration.api.filed_books import SOUND
from tests.integration.hostile.unchanged import nothing_changed

BROWSER = {"Accept": "text/html", "Accept-Language": "en-CA,en;q=0.9"}

TEXTS = {
    "an element": "<img src=x onerror=alert(1)>",
    "a script": "<script>alert(1)</script>",
    "the end of a script": "</script><script src=//evil.example/x.js></script>",
    "the end of a title": "</title><meta http-equiv=refresh content='0;url=//evil.example'>",
    "the end of the page": "</main></body></html><h1>x</h1>",
    "the end of a text area": "</textarea></select></svg><svg/onload=alert(1)>",
    "an attribute": 'x" onmouseover="alert(1)" x="',
    "an attribute between apostrophes": "x' onfocus='alert(1)' autofocus='",
    "an attribute without quotes": "x onclick=alert(1)//",
    "the end of what scripts are told": """'}]; alert(1); //\\u0027""",
    "an order to the script of pages": '<a hx-post="/queue/pause" hx-trigger="load">',
    "a comment": "<!-- a book --!><!--",
    "a section of XML": "<![CDATA[<b>]]>",
    "a template": "{{ 7 * 7 }}{% raw %}{# x #}",
    "places of a phrase": "%(count)s %s %d %",
    "places of a text": "{0.__class__} {title!r} ${7*7}",
    "references": "&lt;b&gt; &amp;#60; &nbsp;",
    "a direction that is turned round": "\u202edesrever",
    "directions that are never ended": "\u2067\u2068\u2066 abc \u202b",
    "two directions": "\u05d0\u05d1\u05d2 (abc) 12 \u0627\u0644\u0644\u064a\u0644",
    "marks on one letter": "Z" + "\u0300\u0323" * 300,
    "nothing that is seen": "\u200b\u2060\ufeff\u00ad",
    "spaces alone": "\u3000\u2003",
    "signs that no font has": "\U000e0041\ufdd0\U0010ffff\ue000",
    "signs of a terminal": "\x1b[31mred\x1b]0;x\x07\x08\x7f",
    "lines of a header": "x\r\nSet-Cookie: session=1\r\n\r\n<h1>",
    "a link": "javascript:alert(1)",
    "a path": "../../../../etc/passwd",
    "an order to a database": "'; DROP TABLE audiobooks; --",
    "a family": "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 20,
    "ten thousand characters": "a" * 10_000,
    "ten thousand words": "mot " * 2_500,
}


def _fill(api: Api, text: str) -> tuple[int, int]:
    """Make a complete book and one that failed, of which everything that is said is this text; return their ids."""
    items = api.engine.titled(text, text)
    said = sentence("request.not_served", "{reason}", reason=text)
    api.engine.execute(
        """
        UPDATE audiobooks SET authors = ARRAY[:text], narrators = ARRAY[:text], series = :text, description = :text,
            genre = :text, publisher = :text, note = :text, note_message = CAST(:message AS jsonb)
        """,
        text=text,
        message=json_of(said),
    )
    api.engine.execute(
        "INSERT INTO scrapes (url, source, external_id, politeness_key, status, title, note) "
        "VALUES ('https://stories.example/x', 'stories.example', 'x', 'stories.example', 'completed', :text, :text)",
        text=text,
    )
    book = api.file_book(items[0], {"01 - One.mp3": SOUND})
    api.engine.execute(
        "UPDATE queue_items SET status = 'failed', error = :text, error_message = CAST(:message AS jsonb) "
        "WHERE id = :id",
        text=text,
        message=json_of(said),
        id=items[1],
    )
    return book, items[1]


def _read(api: Api, path: str) -> Page:
    answer = api.outside.get(path, headers=BROWSER)
    assert answer.status_code == 200, (path, answer.text)
    return Page(answer.text)


def _pages(api: Api, book: int, item: int) -> list[Page]:
    """Return every page on which the books are, and those that the page of one leads to."""
    (scan,) = api.engine.rows("SELECT id FROM scrapes")
    found = [_read(api, path) for path in (f"/books/{book}", f"/?open={item}", f"/scans/{scan.id}", "/library")]
    # Long names have no address of their own, and of a long title its beginning is looked for.
    links = [link.get("href") for link in found[0].all("main a[href^='/library?series'], main a[href^='/?q=']")]
    return [*found, *(_read(api, link) for link in links)]


def _elements(page: Page) -> set[tuple[str, tuple[str, ...]]]:
    """Return the kinds of elements of a page, each with the names of its attributes."""
    elements = (element for element in page.all("*") if isinstance(element.tag, str))
    return {(element.tag, tuple(sorted(element.attrib))) for element in elements}


@pytest.fixture(scope="module")
def usual(shared_api: Api) -> set[tuple[str, tuple[str, ...]]]:
    """The kinds of elements that these pages have where the text is a title."""
    shared_api.empty()
    return set().union(*map(_elements, _pages(shared_api, *_fill(shared_api, "Sailing"))))


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_are_shown_as_text_on_every_page(usual: set[tuple[str, tuple[str, ...]]], api: Api, text: str) -> None:
    book, item = _fill(api, text)
    with nothing_changed(api):
        pages = _pages(api, book, item)
    said = " ".join(text.split())
    assert pages[1].texts(f"#item-{item} .title") == [said]
    assert pages[0].texts("h1") == [said]
    assert api.get(f"/audiobooks/{book}")["title"] == text
    for page in pages:
        assert _elements(page) <= usual
        assert [script for script in page.all("script") if not script.get("src").startswith("/assets/")] == []
