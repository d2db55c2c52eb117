from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.domain.audiobook import Target, TargetKind
from ohdio_core.domain.identity import canonical_url
from ohdio_core.sources.ohdio.links import ROOT, Thing, match, media_id_of_part, read, read_path

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
        TargetKind.CATEGORY, "ohdio", "https://ici.radio-canada.ca/ohdio/categories/9001/contes", "categorie-9001"
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
        "https://ici.radio-canada.ca/ohdio/balados/contes",
        "https://ici.radio-canada.ca/ohdio/premiere/emissions/matin",
        "https://ici.radio-canada.ca/ohdio/balados/9001/contes/feed/x",
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


def test_a_part_ends_with_the_id_of_its_medium() -> None:
    assert media_id_of_part("/livres-audio/77001/le-phare/7000501-0") == "7000501"
    assert media_id_of_part("/livres-audio/77001/le-phare") is None


@pytest.mark.parametrize(
    ("path", "thing", "external_id", "kind"),
    [
        ("/livres-audio/77001/le-phare", Thing.AUDIOBOOK, "77001", TargetKind.AUDIOBOOK),
        ("/categories/9001/contes", Thing.CATEGORY, "categorie-9001", TargetKind.CATEGORY),
        ("/balados/8001/les-vents", Thing.PODCAST, "balado-8001", TargetKind.CATEGORY),
        ("/balados/8001/1984", Thing.PODCAST, "balado-8001", TargetKind.CATEGORY),
        ("/balados/8001/les-vents/41/un", Thing.EPISODE, "episode-41", TargetKind.AUDIOBOOK),
        ("/balados/8001/les-vents/41", Thing.EPISODE, "episode-41", TargetKind.AUDIOBOOK),
        ("/premiere/grandes-series/8003/la-mer", Thing.SERIES, "serie-8003", TargetKind.CATEGORY),
        ("/premiere/grandes-series/8003/la-mer/42/x", Thing.EPISODE, "episode-42", TargetKind.AUDIOBOOK),
        ("/premiere/emissions/8002/le-matin", Thing.PROGRAMME, "emission-8002", TargetKind.CATEGORY),
        ("/musique/emissions/8004/nocturne", Thing.PROGRAMME, "emission-8004", TargetKind.CATEGORY),
        ("/premiere/emissions/matin/episodes/43/x", Thing.EPISODE, "episode-43", TargetKind.AUDIOBOOK),
        ("/musique/emissions/nocturne/episodes/44/x", Thing.EPISODE, "episode-44", TargetKind.AUDIOBOOK),
        (
            "/premiere/emissions/matin/segments/rattrapage/45/x",
            Thing.CLIP,
            "segment-45",
            TargetKind.AUDIOBOOK,
        ),
        ("/listes-d-ecoute/7001/pour-la-route", Thing.LIST, "liste-7001", TargetKind.CATEGORY),
        ("/premiere/liste-decoute/7001", Thing.LIST, "liste-7001", TargetKind.CATEGORY),
    ],
)
@pytest.mark.parametrize("prefix", ["/ohdio", "/ohdio/recherche/produits"])
def test_every_kind_of_thing_is_told_apart(
    prefix: str, path: str, thing: Thing, external_id: str, kind: TargetKind
) -> None:
    link = read(f"http://m.ici.radio-canada.ca{prefix}{path}?fbclid=x")
    assert link is not None
    assert (link.thing, link.id) == (thing, external_id.rpartition("-")[2])
    assert (link.target.kind, link.target.external_id) == (kind, external_id)
    assert read_path(path) == link


@pytest.mark.parametrize(
    ("path", "other"),
    [
        ("/balados/8001/les-vents/41/un", "/balados/08001/autre-nom/41/autre-titre"),
        ("/premiere/emissions/matin/episodes/43/x", "/premiere/emissions/le-matin/episodes/43"),
        ("/premiere/emissions/8002/matin", "/premiere/emissions/8002"),
        ("/premiere/grandes-series/8003/la-mer/42/x", "/premiere/grandes-series/8003/mer/42/y/"),
    ],
)
def test_slugs_are_no_part_of_what_a_link_is(path: str, other: str) -> None:
    assert read(ROOT + path) == read(ROOT + other)


ids = st.integers(1, 10**9)
slugs = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=12)
shapes = st.sampled_from(
    [
        "/livres-audio/{id}/{slug}",
        "/livres-audio/{id}/{slug}/{owner}-0",
        "/categories/{id}/{slug}",
        "/balados/{id}/{slug}",
        "/balados/{owner}/{slug}/{id}/{slug}",
        "/premiere/grandes-series/{id}/{slug}",
        "/premiere/grandes-series/{owner}/{slug}/{id}/{slug}",
        "/premiere/emissions/{id}/{slug}",
        "/musique/emissions/{slug}/episodes/{id}/{slug}",
        "/premiere/emissions/{slug}/segments/rattrapage/{id}/{slug}",
        "/listes-d-ecoute/{id}/{slug}",
    ]
)
spellings = st.builds(
    "{}{}{{}}{}".format,
    st.sampled_from(["https://ici.radio-canada.ca", "http://m.ici.radio-canada.ca", "HTTPS://www.Radio-Canada.ca"]),
    st.sampled_from(["/ohdio", "/ohdio/recherche/produits"]),
    st.sampled_from(["", "?utm_source=x", "#haut", "?fbclid=1&gclid=2"]),
)


class TestIdentity:
    @given(shapes, ids, ids, slugs, spellings)
    def test_however_it_is_pasted_it_is_the_same(
        self, shape: str, number: int, owner: int, slug: str, spelling: str
    ) -> None:
        path = shape.format(id=number, owner=owner, slug=slug)
        target = match(ROOT + path)
        assert target is not None
        assert target.external_id.endswith(str(number))
        assert match(spelling.format(path)) == target
        assert match(target.url) == target
        assert canonical_url(target.url) == target.url

    @given(shapes, ids, ids, ids, slugs)
    def test_different_ids_are_different_things(
        self, shape: str, number: int, other: int, owner: int, slug: str
    ) -> None:
        one, two = (match(ROOT + shape.format(id=each, owner=owner, slug=slug)) for each in (number, other))
        assert one is not None
        assert two is not None
        assert (one == two) is (number == other)
        assert (one.external_id == two.external_id) is (number == other)
        assert (one.url == two.url) is (number == other)

    @given(shapes, shapes, ids, ids, slugs)
    def test_ids_of_different_kinds_are_never_mistaken(
        self, shape: str, other: str, number: int, owner: int, slug: str
    ) -> None:
        one, two = (read(ROOT + each.format(id=number, owner=owner, slug=slug)) for each in (shape, other))
        assert one is not None
        assert two is not None
        one_key, two_key = (one.target.kind, one.target.external_id), (two.target.kind, two.target.external_id)
        assert (one_key == two_key) is (one.thing is two.thing)

    @given(st.text() | st.text("/abc0123456789-%?#é").map(lambda text: f"{ROOT}/{text}"))
    def test_any_text_is_a_link_with_one_form_or_none(self, text: str) -> None:
        link = read(text)
        if link is not None:
            assert read(link.url) == link
        path = read_path(text)
        assert path is None or path.id.isdigit()
