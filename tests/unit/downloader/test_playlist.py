from __future__ import annotations

from contextlib import suppress

from hypothesis import example, given
from hypothesis import strategies as st

from ohdio_core.errors import OhdioError
from ohdio_downloader.fetch.playlist import MediaPlaylist, choose_rendition, parse, read_media_playlist

URL = "http://site.test/book/list.m3u8?token=1"

LINES = st.one_of(
    st.sampled_from(
        [
            "#EXT-X-ENDLIST",
            "#EXT-X-MEDIA-SEQUENCE:7",
            "#EXT-X-MEDIA-SEQUENCE:many",
            "#EXTINF:4.0,",
            "#EXTINF:",
            "#EXT-X-BYTERANGE:10@5",
            "#EXT-X-BYTERANGE:@",
            '#EXT-X-KEY:METHOD=AES-128,URI="k"',
            '#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0x' + "f" * 40,
            '#EXT-X-KEY:METHOD=AES-128,URI="k",IV=zz',
            "#EXT-X-KEY:METHOD=AES-128",
            "#EXT-X-KEY:",
            "#EXT-X-MAP:",
            '#EXT-X-MAP:URI="init.mp4",BYTERANGE="9"',
            "#EXT-X-GAP",
            "#EXT-X-STREAM-INF:BANDWIDTH=1",
            "#EXT-X-STREAM-INF:BANDWIDTH=lots,RESOLUTION=wide",
            "#EXT-X-STREAM-INF:",
            '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a"',
            "#EXT-X-PROGRAM-DATE-TIME:yesterday",
            "#EXT-X-PART:DURATION=1",
            "#EXT-X-DISCONTINUITY-SEQUENCE:x",
            "segment.ts",
            "http://[broken/segment.ts",
        ]
    ),
    st.text(max_size=30),
)


def read(lines: list[str]) -> MediaPlaylist | str:
    playlist = parse("\n".join(["#EXTM3U", *lines]).encode(errors="replace"), URL)
    return choose_rendition(playlist, URL) if playlist.is_variant else read_media_playlist(playlist, URL)


@given(st.lists(LINES, max_size=12))
@example(["#EXT-X-ENDLIST", "#EXTINF:4.0,", "http://[broken/segment.ts"])
def test_whatever_a_site_sends_is_read_or_refused_with_a_sentence(lines: list[str]) -> None:
    with suppress(OhdioError):
        found = read(lines)
        assert found if isinstance(found, str) else found.segments


def test_the_fingerprint_ignores_signatures_and_nothing_else() -> None:
    def fingerprint(*names: str, key: str = "k") -> bytes:
        lines = [f'#EXT-X-KEY:METHOD=AES-128,URI="{key}"']
        for name in names:
            lines += ["#EXTINF:4,", name]
        found = read([*lines, "#EXT-X-ENDLIST"])
        assert isinstance(found, MediaPlaylist)
        return found.fingerprint()

    signed = fingerprint("a.ts?s=1", "b.ts?s=1", key="k?s=1")
    assert len(signed) == 32
    assert signed == fingerprint("a.ts?s=2", "b.ts?s=2", key="k?s=2")
    assert signed != fingerprint("b.ts", "a.ts")
    assert signed != fingerprint("a.ts")
    assert signed != fingerprint("a.ts", "b.ts", key="other")
