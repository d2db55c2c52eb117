from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from lxml import html

from tests.integration.sites.conftest import Fetch
from tests.sites import hosts, ohdio
from tests.sites.catalogue import Catalogue, MediaForm, SimBook, invent_book, invent_category
from tests.sites.client import SimOrigin
from tests.sites.faults import RequestKind

CATALOGUE = invent_category(5, parts=3, page_size=2)
BOOK = CATALOGUE.books[0]


@pytest.fixture(autouse=True)
def on_offer(origin: SimOrigin) -> None:
    origin.offer(CATALOGUE)


def persisted(fetch: Fetch, book_id: int, sha256: str = ohdio.AUDIOBOOK_HASH) -> dict[str, Any]:
    extensions = json.dumps({"persistedQuery": {"version": 1, "sha256Hash": sha256}})
    variables = json.dumps({"params": {"context": "web", "id": book_id}})
    target = f"/bff/audio/graphql?opname=audioBookById&extensions={quote(extensions)}&variables={quote(variables)}"
    response = fetch(hosts.SERVICES, target)
    assert response.status_code == 200
    found: dict[str, Any] = response.json()["data"]["audioBookById"]
    return found


def validated(fetch: Fetch, media_id: str, tech: str) -> dict[str, Any]:
    target = f"/media/validation/v2/?appCode=medianet&deviceType=ipad&idMedia={media_id}&output=json&tech={tech}"
    answer: dict[str, Any] = fetch(hosts.SERVICES, target).json()
    return answer


def follow(fetch: Fetch, url: str) -> int:
    parts = urlsplit(url)
    return fetch(parts.netloc, f"{parts.path}?{parts.query}").status_code


class TestCategoryPage:
    def test_lists_its_books_over_linked_pages(self, origin: SimOrigin, fetch: Fetch) -> None:
        target: str | None = urlsplit(origin.category_url(CATALOGUE.categories[0])).path
        found: list[tuple[str, str]] = []
        pages = 0
        while target is not None:
            tree = html.fromstring(fetch(hosts.PAGES, target).content)
            pages += 1
            found += [
                (link.get("href", ""), link.findtext("span[@class='text']", ""))
                for link in tree.cssselect(".index-grid-item a[href*=livres-audio]")
            ]
            target = next((link.get("href") for link in tree.cssselect('a[rel="next"]')), None)

        assert pages == 3
        assert found == [(f"/ohdio{book.path}", book.title) for book in CATALOGUE.books]

    def test_names_authors_and_covers_that_exist(self, origin: SimOrigin, fetch: Fetch) -> None:
        tree = html.fromstring(fetch(hosts.PAGES, urlsplit(origin.category_url(CATALOGUE.categories[0])).path).content)
        item = tree.cssselect("li.index-grid-item")[0]
        cover = item.cssselect("img")[0].get("src", "")

        assert item.cssselect(".author")[0].text == " et ".join(BOOK.authors)
        assert follow(fetch, cover) == 200

    @pytest.mark.parametrize("target", ["/ohdio/categories/1/x", "/ohdio/categories/9001/x?page=9", "/ohdio/other"])
    def test_is_not_found_where_there_is_none(self, fetch: Fetch, target: str) -> None:
        assert fetch(hosts.PAGES, target).status_code == 404


class TestBookPage:
    def test_embeds_the_state_that_graphql_gives(self, fetch: Fetch) -> None:
        text = fetch(hosts.PAGES, f"/ohdio{BOOK.path}").text
        match = re.search(r"window\._rcState_ = (.*);</script>", text)
        assert match is not None
        state = json.loads(match[1])["pagesV2"]["pages"][f"/ohdio{BOOK.path}"]["data"]

        assert state == {key: value for key, value in persisted(fetch, BOOK.id).items() if key != "typename"}

    def test_without_its_slug_redirects_to_it(self, fetch: Fetch) -> None:
        response = fetch(hosts.PAGES, f"/ohdio/livres-audio/{BOOK.id}")

        assert (response.status_code, response.headers["Location"]) == (301, f"https://{hosts.PAGES}/ohdio{BOOK.path}")


class TestGraphql:
    def test_gives_every_part_in_order(self, fetch: Fetch) -> None:
        items = persisted(fetch, BOOK.id)["content"]["contentDetail"]["items"]

        assert [item["playlistItemId"]["mediaId"] for item in items] == [part.media_id for part in BOOK.parts]
        assert {item["playlistItemId"]["globalId2"]["id"] for item in items} == {str(BOOK.id)}

    def test_says_not_found_with_a_status_of_200(self, fetch: Fetch) -> None:
        found = persisted(fetch, 1)

        assert (found["typename"], found["code"]) == ("PageError", "ContentNotFound")

    def test_knows_nothing_of_another_hash(self, fetch: Fetch) -> None:
        assert persisted(fetch, BOOK.id, "0" * 64) == {}

    @pytest.mark.parametrize(("field", "key"), [("typename: __typename", "typename"), ("__typename", "__typename")])
    def test_answers_a_full_query(self, origin: SimOrigin, fetch: Fetch, field: str, key: str) -> None:
        query = f"query audioBookById($params: AudioBookByIdInput!) {{ audioBookById(params: $params) {{ {field} }} }}"
        body = json.dumps({"query": query, "variables": {"params": {"id": BOOK.id}}})

        response = fetch(hosts.SERVICES, "/bff/audio/graphql", method="POST", body=body)

        assert response.json()["data"]["audioBookById"][key] == "AudioBook"
        assert [exchange.book for exchange in origin.exchanges(RequestKind.METADATA)] == [BOOK.id]

    def test_refuses_what_makes_no_sense(self, fetch: Fetch) -> None:
        assert fetch(hosts.SERVICES, "/bff/audio/graphql", method="POST", body="{").status_code == 400

    def test_does_not_know_a_book_that_is_gone(self, origin: SimOrigin, fetch: Fetch) -> None:
        origin.offer(Catalogue(books=(replace(BOOK, is_gone=True),)))

        assert persisted(fetch, BOOK.id)["code"] == "ContentNotFound"


class TestValidation:
    def test_gives_an_address_that_works(self, fetch: Fetch) -> None:
        answer = validated(fetch, BOOK.parts[2].media_id, "progressive")

        assert answer["errorCode"] == 0
        assert follow(fetch, answer["url"]) == 200

    @pytest.mark.parametrize(
        ("form", "tech"), [(MediaForm.MP3, "hls"), (MediaForm.MP4, "hls"), (MediaForm.HLS, "progressive")]
    )
    def test_has_no_address_under_the_other_technique(
        self, origin: SimOrigin, fetch: Fetch, form: MediaForm, tech: str
    ) -> None:
        book = invent_book(1, form=form)
        origin.offer(Catalogue(books=(book,)))

        assert validated(fetch, book.parts[0].media_id, tech)["errorCode"] == 6

    def test_does_not_know_another_medium(self, fetch: Fetch) -> None:
        assert validated(fetch, "1", "progressive")["errorCode"] == 6


class TestSignedAddress:
    @pytest.fixture
    def book(self, origin: SimOrigin) -> SimBook:
        return self.offer(origin, MediaForm.MP3, signed_for=60)

    @staticmethod
    def offer(origin: SimOrigin, form: MediaForm, *, signed_for: float) -> SimBook:
        catalogue = invent_category(1, form=form, signed_for=signed_for)
        origin.offer(catalogue)
        return catalogue.books[0]

    def test_works_with_its_signature_alone(self, fetch: Fetch, book: SimBook) -> None:
        url = validated(fetch, book.parts[0].media_id, "progressive")["url"]

        assert "?hdnea=" in url
        assert follow(fetch, url) == 200
        assert follow(fetch, url.partition("?")[0]) == 403
        assert follow(fetch, url.replace("~exp=1", "~exp=9")) == 403

    def test_expires(self, origin: SimOrigin, fetch: Fetch) -> None:
        book = self.offer(origin, MediaForm.MP3, signed_for=0)
        url = validated(fetch, book.parts[0].media_id, "progressive")["url"]

        assert follow(fetch, url) == 403

    @pytest.mark.parametrize("form", [MediaForm.HLS_AES, MediaForm.HLS_FMP4])
    def test_of_a_playlist_signs_what_it_leads_to(self, origin: SimOrigin, fetch: Fetch, form: MediaForm) -> None:
        book = self.offer(origin, form, signed_for=60)
        master = urlsplit(validated(fetch, book.parts[0].media_id, "hls")["url"])
        folder = master.path.rpartition("/")[0]

        listed = fetch(master.netloc, f"{master.path}?{master.query}").text.splitlines()[-1]
        playlist = fetch(master.netloc, f"{folder}/{listed}").text
        links = re.findall(r'URI="([^"]+)"', playlist) + re.findall(r"(?m)^[^#\n].*$", playlist)

        assert len(links) > 2
        assert {fetch(master.netloc, f"{folder}/{link}").status_code for link in links} == {200}
