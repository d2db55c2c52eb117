"""Adding the links of a file."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fixtures.api import Api

OPML = """<?xml version="1.0" encoding="ISO-8859-1"?>
<opml version="2.0"><head><title>Été</title></head><body>
  <outline text="Histoires">
    <outline type="rss" text="Le phare" xmlUrl="https://stories.example/phare/feed.xml" htmlUrl="https://no.example/"/>
    <outline text="La mer" xmlurl=" https://stories.example/mer/feed.xml "/>
  </outline>
  <outline type="link" text="Un livre" url="https://ici.radio-canada.ca/ohdio/livres-audio/123/titre"/>
  <outline text="Le phare, encore" xmlUrl="https://stories.example/phare/feed.xml"/>
</body></opml>"""


def results(api: Api, document: str, **wishes: Any) -> list[Any]:
    answer = api.http.post("/imports", json={"document": document, **wishes})
    assert answer.status_code == 202, answer.text
    found = answer.json()["results"]
    assert isinstance(found, list)
    return found


def test_each_feed_and_link_of_a_subscription_list_is_added_once(api: Api) -> None:
    found = results(api, OPML)
    assert [(result["url"], result["kind"], result["state"]) for result in found] == [
        ("https://stories.example/phare/feed.xml", "category", "accepted"),
        ("https://stories.example/mer/feed.xml", "category", "accepted"),
        ("https://ici.radio-canada.ca/ohdio/livres-audio/123", "audiobook", "accepted"),
    ]
    assert len(api.get("/scrapes")["items"]) == 2


def test_each_line_of_a_list_is_a_link(api: Api) -> None:
    document = "\ufeff# For the evenings\r\n\r\nhttps://stories.example/feed.xml\r\n  nonsense \n"
    assert [result["state"] for result in results(api, document)] == ["accepted", "refused"]


def test_wishes_hold_for_every_link(api: Api) -> None:
    filters = {"title_include": ["phare"], "languages": ["fr"], "max_duration_seconds": 3600, "newest": 2}
    found = results(api, OPML, priority=7, filters=filters)

    scan = api.get(f"/scrapes/{found[0]['id']}")
    assert {name: value for name, value in scan["filters"].items() if value} == filters
    assert api.engine.rows("SELECT DISTINCT priority FROM scrapes") == [(7,)]
    assert api.engine.value("SELECT filters FROM extractions") is None


@pytest.mark.parametrize(
    "outline",
    [
        '<outline text="La mer" xmlUrl="https://stories.example/feed.xml?a=1&b=2"/>',
        '<outline text="L&rsquo;&eacute;t&eacute;" xmlUrl="https://stories.example/feed.xml?a=1&amp;b=2"/>',
        '<outline text="La \x0b mer" xmlUrl="https://stories.example/feed.xml?a=1&amp;b=2"/>',
        '<outline text="La <b>mer</b>" xmlUrl="https://stories.example/feed.xml?a=1&amp;b=2"/>',
        '<outline text="La mer" xmlUrl="https://stories.example/feed.xml?a=1&amp;b=2">',
        '<outline type="rss" text="La mer" url="https://stories.example/feed.xml?a=1&amp;b=2"/>',
    ],
)
def test_a_slip_in_one_entry_costs_no_entry(api: Api, outline: str) -> None:
    first = '<outline xmlUrl="https://stories.example/phare/feed.xml"/>'
    found = results(api, f"<opml><body>{first}{outline}</body></opml>")
    assert [(result["url"], result["state"]) for result in found] == [
        ("https://stories.example/phare/feed.xml", "accepted"),
        ("https://stories.example/feed.xml?a=1&b=2", "accepted"),
    ]


def test_a_list_that_was_cut_off_gives_what_is_left(api: Api) -> None:
    assert [result["state"] for result in results(api, OPML[: OPML.index('<outline type="link"')])] == ["accepted"] * 2


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ("# nothing\n\n", "There is no link in this file"),
        ("<opml><body><outline text='Empty'/></body></opml>", "There is no link in this file"),
        ("<opml><body>", "There is no link in this file"),
        ("<", "broken from the start, no subscription list"),
        ("<!doctype html><html><p>Bonjour</html>", "is a web page, no subscription list"),
        ("<rss><channel/></rss>", "of another kind (<rss>), no subscription list"),
        ("<:><outline/></:>", "of another kind (<:>), no subscription list"),
        ("\n".join(f"https://stories.example/{number}/feed.xml" for number in range(2001)), "at most 2000"),
        (
            """<!DOCTYPE opml [<!ENTITY file SYSTEM "file:///etc/hostname">]>
            <opml><body><outline type='rss'>&file;</outline></body></opml>""",
            "There is no link in this file",
        ),
    ],
)
def test_a_file_without_links_to_add_is_refused_with_the_reason(api: Api, document: str, why: str) -> None:
    answer = api.http.post("/imports", json={"document": document})
    assert answer.status_code == 422
    assert why in answer.json()["detail"]
    assert api.get("/scrapes")["items"] == []


def test_an_entity_bomb_is_refused_at_once(api: Api) -> None:
    levels = "".join(f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">' for level in range(1, 10))
    document = (
        f'<!DOCTYPE opml [<!ENTITY e0 "https://stories.example/">{levels}]>'
        '<opml><body><outline xmlUrl="&e9;"/></body></opml>'
    )
    answer = api.http.post("/imports", json={"document": document})
    assert answer.status_code == 422
