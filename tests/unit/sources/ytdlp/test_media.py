"""What is made of yt-dlp's answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.domain.audiobook import MediaKind
from ohdio_core.errors import PermanentError
from ohdio_core.sources.ytdlp.media import choose_media, describe_item, describe_list

URL = "https://player.example/story"


def form(name: str, **more: object) -> dict[str, object]:
    base = {"url": f"https://cdn.example/{name}", "protocol": "https", "ext": "m4a", "acodec": "aac", "vcodec": "none"}
    return base | more


HLS = form("hls", protocol="m3u8_native", abr=320)
FILM = form("film", vcodec="avc1", ext="mp4", abr=320)


class TestTheFormat:
    @pytest.mark.parametrize(
        ("formats", "best"),
        [
            ([FILM, HLS], "hls"),
            ([HLS, form("file")], "file"),
            ([form("low", abr=64), form("high", abr=128)], "high"),
            ([form("webm", ext="webm", abr=160), form("m4a", abr=128)], "m4a"),
            ([form("dubbed", abr=160, language_preference=-1), form("original", language_preference=10)], "original"),
            ([form("dash", protocol="http_dash_segments", abr=320), form("file")], "file"),
            ([form("protected", has_drm=True, abr=320), form("open")], "open"),
            ([FILM], "film"),
            ([form("picture", acodec="none"), HLS], "hls"),
        ],
    )
    def test_is_sound_alone_in_a_whole_file_where_there_is_one(
        self, formats: list[dict[str, object]], best: str
    ) -> None:
        media = choose_media({"formats": formats}, URL)
        assert media.url == f"https://cdn.example/{best}"
        assert media.kind is (MediaKind.HLS if best == "hls" else MediaKind.HTTP)

    def test_brings_its_headers_but_no_session(self) -> None:
        headers = {"Referer": URL, "Cookie": "session=1", "Accept-Encoding": "br"}
        assert choose_media({"formats": [form("a", headers=headers)]}, URL).headers == {"Referer": URL}

    @pytest.mark.parametrize(
        ("info", "said"),
        [
            ({"formats": [], "has_drm": True}, r"protected \(DRM\); ohdio never removes protection"),
            ({"formats": [form("a", has_drm=True)]}, "never removes protection"),
            ({"formats": [form("a", protocol="rtmp"), form("b", protocol="ism")]}, "sent as ism, rtmp"),
            ({"formats": [form("a")], "live_status": "is_live"}, "live broadcast"),
            ({"formats": []}, "finds no sound"),
            ({"formats": [form("a", url="file:///etc/passwd")]}, "not supported|no sound"),
        ],
    )  # fmt: skip
    def test_that_cannot_be_had_is_said(self, info: dict[str, object], said: str) -> None:
        with pytest.raises(PermanentError, match=said):
            choose_media(info, URL)


class TestTheDescription:
    def test_of_a_recording_has_what_is_known_of_it(self) -> None:
        info = {
            "title": "Le phare &amp; la brume", "uploader": "Maude Ferland", "description": "Un gardien.",
            "upload_date": "20240506", "language": "fr", "series": "Côtes", "duration": 61.5,
            "thumbnail": "https://cdn.example/c.jpg",
            "chapters": [{"start": 30, "title": "Deux"}, {"start": 0, "title": "Un"}, {"start": None, "title": "x"}],
        }  # fmt: skip
        details = describe_item(info, URL)
        assert (details.title, details.authors) == ("Le phare & la brume", ("Maude Ferland",))
        assert (details.published_year, details.language, details.series) == (2024, "fr", "Côtes")
        assert (details.description, details.cover_url) == ("Un gardien.", "https://cdn.example/c.jpg")
        (part,) = details.parts
        assert (part.external_id, part.url, part.duration) == (URL, None, timedelta(seconds=61.5))
        assert [chapter.title for chapter in part.chapters] == ["Un", "Deux"]

    def test_of_a_list_has_a_part_for_each_entry(self) -> None:
        details = describe_list({"title": "x", "entries": [{"title": "a"}, {"title": "b"}]}, ["u1", "u2"], URL)
        assert [(part.title, part.external_id) for part in details.parts] == [("a", "u1"), ("b", "u2")]


values = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("https://cdn.example/a")
formats = st.lists(
    st.dictionaries(st.sampled_from([*form("a"), "abr", "headers", "has_drm", "preference"]), values) | values
)


@given(
    st.dictionaries(
        st.sampled_from(["title", "duration", "thumbnail", "live_status", "upload_date", "uploader", "series"]), values
    ),
    formats,
    st.lists(st.dictionaries(st.sampled_from(["start", "title"]), values) | values),
)
def test_any_answer_is_read_or_a_named_error(
    info: dict[str, object], some: list[object], chapters: list[object]
) -> None:
    assert describe_item({**info, "chapters": chapters}, URL).title
    try:
        media = choose_media({**info, "formats": some}, URL)
    except PermanentError:
        return
    assert media.url.startswith("https://")
