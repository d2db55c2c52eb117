from __future__ import annotations

import pytest

from ohdio_core.domain.audiobook import Target, TargetKind
from ohdio_core.sources.ohdio.links import absolute, match, media_id_of_part

BOOK = Target(TargetKind.AUDIOBOOK, "ohdio", "https://ici.radio-canada.ca/ohdio/livres-audio/77001", "77001")


@pytest.mark.parametrize(
    "url",
    [
        "https://ici.radio-canada.ca/ohdio/livres-audio/77001/le-phare",
        "https://ici.radio-canada.ca/ohdio/livres-audio/77001",
        "https://ici.radio-canada.ca/ohdio/livres-audio/77001/",
        "http://ici.radio-canada.ca/ohdio/livres-audio/77001/autre-titre?utm_source=infolettre#haut",
        "https://ici.radio-canada.ca/ohdio/livres-audio/77001/le-phare/7000501-0",
        "https://ici.radio-canada.ca/ohdio/recherche/produits/livres-audio/77001/le-phare",
        "https://m.ici.radio-canada.ca/ohdio/livres-audio/77001/le-phare",
        "HTTPS://WWW.Radio-Canada.ca/ohdio/livres-audio/77001/le-phare",
        "https://ici.radio-canada.ca/ohdio/livres-audio/077001/le-phare",
    ],
)
def test_every_link_to_a_book_is_the_same_book(url: str) -> None:
    assert match(url) == BOOK


@pytest.mark.parametrize(
    "url",
    [
        "https://ici.radio-canada.ca/ohdio/categories/9001/contes",
        "http://www.ici.radio-canada.ca/ohdio/categories/9001/contes/?utm_campaign=x",
        "https://ici.radio-canada.ca/ohdio/recherche/produits/categories/9001/contes",
    ],
)
def test_every_link_to_a_category_is_the_same_category(url: str) -> None:
    assert match(url) == Target(
        TargetKind.CATEGORY, "ohdio", "https://ici.radio-canada.ca/ohdio/categories/9001/contes", "9001"
    )


def test_a_category_needs_no_slug() -> None:
    target = match("https://ici.radio-canada.ca/ohdio/categories/9001")
    assert target is not None
    assert target.url == "https://ici.radio-canada.ca/ohdio/categories/9001"


@pytest.mark.parametrize(
    "url",
    [
        "https://ici.radio-canada.ca/ohdio",
        "https://ici.radio-canada.ca/ohdio/categories",
        "https://ici.radio-canada.ca/ohdio/categories/contes",
        "https://ici.radio-canada.ca/ohdio/livres-audio/0/x",
        "https://ici.radio-canada.ca/ohdio/livres-audio/٣/x",
        "https://ici.radio-canada.ca/ohdio/balados/9001/contes",
        "https://ici.radio-canada.ca/livres-audio/77001/le-phare",
        "https://ici.radio-canada.ca:8443/ohdio/livres-audio/77001/le-phare",
        "https://ici.radio-canada.ca.example/ohdio/livres-audio/77001/le-phare",
        "https://fauxradio-canada.ca/ohdio/livres-audio/77001/le-phare",
        "feed://ici.radio-canada.ca/ohdio/livres-audio/77001/le-phare",
        "https://x:y@ici.radio-canada.ca/ohdio/livres-audio/77001/le-phare",
        "https://ici.radio-canada.ca/ohdio/livres-audio/" + "9" * 30,
    ],
)
def test_anything_else_is_not_ours(url: str) -> None:
    assert match(url) is None


def test_paths_of_answers_are_relative_to_the_site() -> None:
    assert absolute("/livres-audio/1/x") == "https://ici.radio-canada.ca/ohdio/livres-audio/1/x"
    assert absolute("/ohdio/livres-audio/1/x") == "/ohdio/livres-audio/1/x"
    assert absolute("https://ici.radio-canada.ca/x") == "https://ici.radio-canada.ca/x"


def test_a_part_ends_with_the_id_of_its_medium() -> None:
    assert media_id_of_part("/livres-audio/77001/le-phare/7000501-0") == "7000501"
    assert media_id_of_part("/livres-audio/77001/le-phare") is None
