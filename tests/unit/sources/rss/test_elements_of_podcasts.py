"""What Apple's and Podcasting 2.0's elements say of an episode."""

from __future__ import annotations

import base64
from datetime import timedelta
from hashlib import sha384

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.domain.audiobook import BookDetails, Chapter
from ohdio_core.errors import OhdioError
from tests.unit.sources.rss.documents import FEED, item, parse_feed, rss

DIGEST = sha384(b"la mer").digest()
SRI = f"sha384-{base64.b64encode(DIGEST).decode()}"
ENCLOSURE = '<enclosure url="https://audio.example/1.mp3" type="audio/mpeg"/>'
VIDEO = '<enclosure url="https://audio.example/1.mp4" type="video/mp4"/>'


def one(inside: str = "", enclosure: str | None = None, channel: str = "<title>Le phare</title>") -> BookDetails:
    [book] = parse_feed(rss(item(1, inside, enclosure), channel=channel), FEED, FEED).books
    assert book.details is not None
    return book.details


def alternate(url: str, attributes: str = 'type="audio/mpeg"', inside: str = "") -> str:
    source = f'<podcast:source uri="{url}"/>'
    return f"<podcast:alternateEnclosure {attributes}>{source}{inside}</podcast:alternateEnclosure>"


class TestNumbers:
    @pytest.mark.parametrize(
        ("inside", "position"),
        [
            ("<itunes:episode>7</itunes:episode>", "7"),
            ("<itunes:season>2</itunes:season><itunes:episode>7</itunes:episode>", "S2E7"),
            ('<podcast:season name="Hiver">2</podcast:season><podcast:episode>3.5</podcast:episode>', "S2E3.5"),
            ("<itunes:episode> 12 </itunes:episode>", "12"),
        ],
    )
    def test_season_and_episode_are_the_place_in_the_series(self, inside: str, position: str) -> None:
        details = one(inside)
        assert (details.series, details.series_position) == ("Le phare", position)

    @pytest.mark.parametrize("text", ["", "sept", "-1", "1e9", "9" * 40, "٣"])
    def test_what_is_no_number_is_no_place(self, text: str) -> None:
        details = one(f"<itunes:episode>{text}</itunes:episode>")
        assert (details.series, details.series_position) == (None, None)

    @pytest.mark.parametrize(
        ("kind", "series"), [("episodic", "Le phare"), ("Serial", "Le phare"), ("", None), ("x", None)]
    )
    def test_an_episode_of_a_podcast_is_of_its_show_without_a_number_too(self, kind: str, series: str | None) -> None:
        details = one(channel=f"<title>Le phare</title><itunes:type>{kind}</itunes:type>")
        assert (details.series, details.series_position) == (series, None)


class TestReaders:
    def test_narrators_are_told_from_hosts(self) -> None:
        details = one(
            '<podcast:person role="Narrator" href="https://x.example/">Zoé Aucoin</podcast:person>'
            '<podcast:person role="guest">Léo Paz</podcast:person><podcast:person>Ana Roy</podcast:person>'
            '<podcast:person role="narrator">Zoé Aucoin</podcast:person>'
            '<podcast:person role="Translator">Noé Côté</podcast:person>'
        )
        assert (details.narrators, details.translators) == (("Zoé Aucoin",), ("Noé Côté",))
        assert details.parts[0].narrators == ("Zoé Aucoin",)

    def test_those_of_the_channel_read_items_that_name_none(self) -> None:
        details = one(channel='<title>x</title><podcast:person role="reader">Paul Ner</podcast:person>')
        assert (details.narrators, details.parts[0].narrators) == (("Paul Ner",), ())


class TestAlternatives:
    def test_the_enclosure_is_the_first_choice(self) -> None:
        details = one(alternate("https://audio.example/hd.opus", 'type="audio/opus" default="true"'), ENCLOSURE)
        assert details.parts[0].url == "https://audio.example/1.mp3"

    def test_one_that_is_no_sound_gives_way_to_the_best_that_is(self) -> None:
        details = one(
            alternate("https://audio.example/low.opus", 'type="audio/opus" bitrate="16000" length="5"')
            + alternate("https://audio.example/high.opus", 'type="audio/opus" bitrate="96000" length="9"')
            + alternate("https://audio.example/720.mp4", 'type="video/mp4" bitrate="900000"'),
            VIDEO,
        )
        assert (details.parts[0].url, details.parts[0].size) == ("https://audio.example/high.opus", 9)

    def test_the_default_one_comes_before_better_ones(self) -> None:
        details = one(
            alternate("https://audio.example/high.opus", 'type="audio/opus" bitrate="96000"')
            + alternate("https://audio.example/a.mp3", 'type="audio/mpeg" default="true"'),
            VIDEO,
        )
        assert details.parts[0].url == "https://audio.example/a.mp3"

    def test_an_address_that_is_not_of_the_web_is_passed_over(self) -> None:
        inside = '<podcast:source uri="https://audio.example/a.mp3"/>'
        details = one(alternate("ipfs://something", inside=inside), VIDEO)
        assert details.parts[0].url == "https://audio.example/a.mp3"

    def test_the_checksum_of_the_same_file_is_kept(self) -> None:
        integrity = f'<podcast:integrity type="sri" value="{SRI}"/>'
        details = one(alternate("https://audio.example/1.mp3", inside=integrity), ENCLOSURE)
        assert details.parts[0].checksum == ("sha384", DIGEST.hex())

    @pytest.mark.parametrize(
        "integrity",
        [
            '<podcast:integrity type="pgp-signature" value="x"/>',
            '<podcast:integrity type="sri" value="md5-AAAAAAAAAAAAAAAAAAAAAA=="/>',
            f'<podcast:integrity type="sri" value="{SRI[:-4]}"/>',
            f'<podcast:integrity type="sri" value="{SRI.replace("sha384", "sha512")}"/>',
        ],
    )
    def test_another_kind_of_checksum_is_none(self, integrity: str) -> None:
        details = one(alternate("https://audio.example/1.mp3", inside=integrity), ENCLOSURE)
        assert details.parts[0].checksum is None


class TestChapters:
    def test_a_chapters_file_is_named(self) -> None:
        [part] = one('<podcast:chapters url="/1/chapters.json" type="application/json+chapters"/>').parts
        assert (part.chapters, part.chapters_url) == ((), "https://podcasts.example/1/chapters.json")

    def test_those_that_are_listed_need_no_file(self) -> None:
        [part] = one(
            '<podcast:chapters url="/1/chapters.json" type="application/json"/><psc:chapters version="1.2">'
            '<psc:chapter start="01:02:03.400" title="Retour"/><psc:chapter start="0" title="Le départ"/>'
            '<psc:chapter start="1:02" title="La grève"/><psc:chapter start="bientôt" title="x"/>'
            '<psc:chapter start="5"/></psc:chapters>'
        ).parts
        assert part.chapters_url is None
        assert part.chapters == (
            Chapter(timedelta(0), "Le départ"),
            Chapter(timedelta(seconds=62), "La grève"),
            Chapter(timedelta(hours=1, minutes=2, seconds=3.4), "Retour"),
        )


class TestTranscripts:
    @pytest.mark.parametrize(
        ("transcripts", "chosen"),
        [
            ([("a.html", "text/html", None)], None),
            ([("a.txt", "text/plain", None), ("a.vtt", "text/vtt", None)], "a.vtt"),
            ([("a.json", "application/json", None), ("a.srt", "application/x-subrip", None)], "a.srt"),
            ([("es.vtt", "text/vtt", "es"), ("a.txt", "text/plain", None)], "a.txt"),
            ([("fr.txt", "text/plain", "fr-CA"), ("es.vtt", "text/vtt", "es")], "fr.txt"),
            ([("es.txt", "text/plain", "es"), ("es.vtt", "text/vtt; charset=utf-8", "es")], "es.vtt"),
        ],
    )
    def test_the_one_of_most_use_is_chosen(
        self, transcripts: list[tuple[str, str, str | None]], chosen: str | None
    ) -> None:
        elements = "".join(
            f'<podcast:transcript url="/{name}" type="{kind}"' + (f' language="{language}"/>' if language else "/>")
            for name, kind, language in transcripts
        )
        [part] = one(elements, channel="<title>x</title><language>fr</language>").parts
        assert part.transcript_url == (None if chosen is None else f"https://podcasts.example/{chosen}")


_NAMES = st.sampled_from(
    [
        "itunes:episode", "itunes:season", "podcast:season", "podcast:episode", "podcast:person", "podcast:chapters",
        "podcast:transcript", "psc:chapters", "psc:chapter", "podcast:alternateEnclosure", "podcast:source",
        "podcast:integrity", "podcast:image", "itunes:image", "pubDate", "guid", "enclosure", "media:group",
        "media:content",
    ]
)  # fmt: skip
_ATTRIBUTES = ("url", "uri", "href", "type", "length", "bitrate", "value", "start", "title", "role", "language", "name")
_PLAIN = st.characters(exclude_characters='<&"', exclude_categories=["Cc", "Cs"])
_TEXTS = st.text(_PLAIN, max_size=30) | st.sampled_from(
    ["https://audio.example/1.mp3", "//x.example/a.mp3", "audio/mpeg", "text/vtt", "sri", SRI, "1:02", "narrator", "7"]
)  # fmt: skip


@given(
    st.recursive(
        _TEXTS,
        lambda inner: st.tuples(_NAMES, st.dictionaries(st.sampled_from(_ATTRIBUTES), _TEXTS), st.lists(inner)).map(
            lambda made: (
                f"<{made[0]}"
                + "".join(f' {name}="{value}"' for name, value in made[1].items())
                + f">{''.join(made[2])}</{made[0]}>"
            )
        ),
    )
)
def test_any_elements_give_books_or_a_named_error(inside: str) -> None:
    try:
        page = parse_feed(rss(item(1, inside), channel=inside), FEED, FEED)
    except OhdioError:
        return
    assert all(len(book.details.parts) == 1 for book in page.books if book.details is not None)
