from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ohdio_core.errors import OhdioError, PermanentError
from ohdio_downloader.fetch.look import Seen
from ohdio_downloader.fetch.master import choose_rendition, is_master
from ohdio_downloader.fetch.playlist import MediaPlaylist, Segment, read_media_playlist
from ohdio_downloader.fetch.tags import read_lines

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

SEEN = Seen(is_kept=True, has_picture=False)


def read(lines: list[str]) -> MediaPlaylist | str:
    found = read_lines("\n".join(["#EXTM3U", *lines]).encode(errors="replace"), URL)
    return choose_rendition(found, URL, lambda _: SEEN) if is_master(found) else read_media_playlist(found, URL)


def segments(*lines: str) -> tuple[Segment, ...]:
    found = read(["#EXT-X-PLAYLIST-TYPE:VOD", *lines])
    assert isinstance(found, MediaPlaylist)
    return found.segments


def names(*lines: str) -> list[str]:
    return [segment.url.rpartition("/")[2] for segment in segments(*lines)]


def refusal(*lines: str) -> str:
    with pytest.raises(PermanentError) as caught:
        read(list(lines))
    return str(caught.value)


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


class TestWhatNobodyNeeds:
    @pytest.mark.parametrize(
        "line",
        [
            "#EXT-X-PROGRAM-DATE-TIME:0000-13-99T25:61:61",
            "#EXT-X-VERSION:",
            "#EXT-X-VERSION:3.5",
            "#EXT-X-TARGETDURATION:four",
            "#EXT-X-MEDIA-SEQUENCE:1.5e3",
            "#EXT-X-DISCONTINUITY-SEQUENCE:none",
            '#EXT-X-DATERANGE:ID="x",START-DATE="soon"',
            "#EXT-X-START:TIME-OFFSET=now",
            "#EXT-X-KEY:METHOD=NONE,IV=7",
            "#EXT-X-CUE-OUT:thirty",
            "# a remark, with = and , in it",
        ],
    )
    def test_refuses_nothing_whatever_it_says(self, line: str) -> None:
        assert names(line, "#EXTINF:4.0,", "0.ts", line, "#EXTINF:4.0,", "1.ts") == ["0.ts", "1.ts"]

    @pytest.mark.parametrize(
        "told",
        ["4.5", "4.5,", "4.5,Title, with commas", '4.5 tvg-id="a,b" group="c",Title', " 4.5 ,", "+4.5;x", "4.5\t"],
    )
    def test_in_a_duration_is_passed_over(self, told: str) -> None:
        assert [segment.duration for segment in segments(f"#EXTINF:{told}", "0.ts")] == [4.5]

    def test_includes_an_unusable_key_after_the_last_segment(self) -> None:
        assert names("#EXTINF:4,", "0.ts", "#EXT-X-KEY:METHOD=SAMPLE-AES") == ["0.ts"]


class TestBeginningAndEnd:
    @pytest.mark.parametrize("before", ["", "\ufeff", "# made by hand\n\n# on a Sunday\n", "\ufeff\r\n#remark\r\n"])
    def test_remarks_may_stand_before_the_first_line(self, before: str) -> None:
        body = f"{before}#EXTM3U\r\n#EXTINF:4,\r\n0.ts\r\n#EXT-X-ENDLIST"
        assert len(read_media_playlist(read_lines(body.encode(), URL), URL).segments) == 1

    @pytest.mark.parametrize("body", ["# nothing", "<html>\n#EXTM3U", "0.ts\n#EXTM3U", "#EXTINF:4,\n0.ts"])
    def test_anything_else_is_no_playlist(self, body: str) -> None:
        with pytest.raises(PermanentError, match="other than an HLS playlist"):
            read_lines(body.encode(), URL)

    @pytest.mark.parametrize(
        "mark", ["#EXT-X-ENDLIST", "#EXT-X-Endlist", "#EXT-X-PLAYLIST-TYPE:VOD", "#EXT-X-PLAYLIST-TYPE: vod "]
    )
    def test_the_end_is_known_by_its_mark_or_because_nothing_can_follow(self, mark: str) -> None:
        assert isinstance(read([mark, "#EXTINF:4,", "0.ts"]), MediaPlaylist)

    @pytest.mark.parametrize("lines", [[], ["#EXT-X-PLAYLIST-TYPE:EVENT"]])
    def test_what_may_grow_is_live(self, lines: list[str]) -> None:
        assert "live broadcast" in refusal(*lines, "#EXTINF:4,", "0.ts")


class TestWhatIsAnnounced:
    def test_an_address_without_a_length_is_fetched_like_the_others(self) -> None:
        found = segments("#EXTINF:4,", "0.ts", "1.ts", "#EXTINF:4,", "2.ts")
        assert [segment.duration for segment in found] == [4, 0, 4]

    @pytest.mark.parametrize(
        "lines",
        [
            ["#EXTINF:4,", "0.ts", "#EXTINF:4,"],
            ["#EXTINF:4,", "#EXTINF:4,", "0.ts"],
            ["#EXTINF:4,", "0.ts", "#EXTINF:4,", "#EXT-X-ENDLIST"],
        ],
    )
    def test_a_length_without_an_address_is_refused(self, lines: list[str]) -> None:
        assert "no address" in refusal("#EXT-X-PLAYLIST-TYPE:VOD", *lines)

    @pytest.mark.parametrize("told", ["NaN", "inf", "-inf", "-4", "1e400", "9" * 400, "", ",", "0x10", "four", "4s"])
    def test_a_length_that_is_none_is_refused_with_a_sentence(self, told: str) -> None:
        assert "length cannot be read" in refusal("#EXT-X-PLAYLIST-TYPE:VOD", f"#EXTINF:{told},", "0.ts")

    @pytest.mark.parametrize(
        ("lines", "rounding"),
        [
            (["#EXTINF:10,", "0.ts"], 0.5),
            (["#EXT-X-VERSION:2", "#EXTINF:10,", "0.ts"], 0.5),
            (["#EXT-X-VERSION:3", "#EXTINF:10,", "0.ts"], 0),
            (["#EXTINF:10,", "0.ts", "#EXTINF:9.98,", "1.ts"], 0),
        ],
    )
    def test_whole_seconds_were_rounded_before_version_three(self, lines: list[str], rounding: float) -> None:
        found = read(["#EXT-X-ENDLIST", *lines])
        assert isinstance(found, MediaPlaylist)
        assert found.rounding == rounding

    def test_bytes_of_an_address_are_kept_as_they_are(self) -> None:
        body = b"#EXTM3U\n#EXTINF:4,\n\xe9t\xe9.ts\n#EXTINF:4,\n\xc3\xa9t\xc3\xa9 1.ts\n#EXT-X-ENDLIST"
        found = read_media_playlist(read_lines(body, URL), URL).segments
        assert [segment.url.rpartition("/")[2] for segment in found] == ["%E9t%E9.ts", "été 1.ts"]


class TestByteRanges:
    def told(self, *lines: str) -> list[tuple[int, int]]:
        return [(each.start, each.length) for segment in segments(*lines) if (each := segment.byte_range) is not None]

    def test_without_a_beginning_go_on_where_the_segment_before_ended(self) -> None:
        one, other = (
            ["#EXTINF:4,", "#EXT-X-BYTERANGE:70@30", "all.mp4"],
            ["#EXTINF:4,", "#EXT-X-BYTERANGE:50", "all.mp4"],
        )
        again = '#EXT-X-MAP:URI="all.mp4",BYTERANGE="30@0"'
        assert self.told(*one, *other) == [(30, 70), (100, 50)]
        assert self.told(again, *other) == [(0, 30), (30, 50)]
        assert self.told(*one, "#EXT-X-DISCONTINUITY", again, *other) == [(30, 70), (0, 30), (100, 50)]

    def test_of_an_initialisation_section_begin_with_the_file(self) -> None:
        init = '#EXT-X-MAP:URI="all.mp4",BYTERANGE="30"'
        assert self.told("#EXTINF:4,", "#EXT-X-BYTERANGE:70@30", "all.mp4", init, "#EXTINF:4,", "b.mp4")[1] == (0, 30)


class TestInitialisationSections:
    MAP = '#EXT-X-MAP:URI="init.mp4"'
    KEY = '#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0x01'

    def test_before_a_key_are_plain(self) -> None:
        init, segment = segments(self.MAP, self.KEY, "#EXTINF:4,", "0.m4s")
        assert init.key is None
        assert segment.key is not None

    def test_after_a_key_are_encrypted(self) -> None:
        init, segment = segments(self.KEY, self.MAP, "#EXTINF:4,", "0.m4s")
        assert init.key == segment.key is not None

    def test_that_are_told_again_are_fetched_once(self) -> None:
        assert names(self.MAP, "#EXTINF:4,", "0.m4s", self.MAP, "#EXTINF:4,", "1.m4s") == ["init.mp4", "0.m4s", "1.m4s"]

    def test_begin_something_new(self) -> None:
        found = segments(self.MAP, "#EXTINF:4,", "0.m4s", '#EXT-X-MAP:URI="b"', "#EXTINF:4,", "1.m4s")
        assert [(segment.is_init, segment.is_new) for segment in found] == [
            (True, True),
            (False, False),
            (True, True),
            (False, False),
        ]


class TestProtection:
    FAIRPLAY = 'KEYFORMAT="com.apple.streamingkeydelivery"'
    WIDEVINE = 'KEYFORMAT="urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed"'
    PLAYREADY = 'KEYFORMAT="com.microsoft.playready"'

    @pytest.mark.parametrize(
        ("key", "names"),
        [
            ('METHOD=SAMPLE-AES,URI="skd://1",' + FAIRPLAY, "SAMPLE-AES, FairPlay"),
            ('METHOD=SAMPLE-AES-CTR,URI="data:text/plain;base64,AA==",' + WIDEVINE, "SAMPLE-AES-CTR, Widevine"),
            ('METHOD=SAMPLE-AES,KEYFORMAT="com.microsoft.playready"', "PlayReady"),
            ('METHOD=SAMPLE-AES,URI="k"', "SAMPLE-AES"),
            ('METHOD=AES-128,URI="skd://1"', "protected"),
            ("URI=k", "protected"),
            ('METHOD=AES-128,URI="http://site.test/licence",' + WIDEVINE, "AES-128, Widevine"),
            ('METHOD=AES-128,URI="data:text/plain;base64,AAAA",' + PLAYREADY, "AES-128, PlayReady"),
            ('METHOD=AES-128,URI="http://site.test/k",' + FAIRPLAY, "AES-128, FairPlay"),
            ('METHOD=AES-128,URI="http://site.test/k",KEYFORMAT="org.example.house"', "AES-128"),
        ],
    )
    def test_is_refused_by_its_name(self, key: str, names: str) -> None:
        reason = refusal(f"#EXT-X-KEY:{key}", "#EXTINF:4,", "0.ts", "#EXT-X-ENDLIST")
        assert "is protected" in reason
        assert names in reason

    @pytest.mark.parametrize(
        "drm", ['METHOD=SAMPLE-AES,URI="skd://1",' + FAIRPLAY, "METHOD=SAMPLE-AES-CTR," + WIDEVINE]
    )
    @pytest.mark.parametrize("is_last", [True, False])
    def test_in_effect_is_refused_although_there_is_a_plain_key_of_another_method(
        self, drm: str, *, is_last: bool
    ) -> None:
        keys = ['#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0x01', f"#EXT-X-KEY:{drm}"]
        reason = refusal(*(keys if is_last else keys[::-1]), "#EXTINF:4,", "0.ts", "#EXT-X-ENDLIST")
        assert "is protected" in reason
        assert "SAMPLE-AES" in reason

    @pytest.mark.parametrize("drm", [WIDEVINE, PLAYREADY, FAIRPLAY])
    @pytest.mark.parametrize("identity", ["", ",KEYFORMAT=identity", ',KEYFORMAT="Identity",KEYFORMATVERSIONS="1"'])
    @pytest.mark.parametrize("is_last", [True, False])
    def test_of_the_same_method_is_not_needed_beside_a_plain_key(
        self, drm: str, identity: str, *, is_last: bool
    ) -> None:
        keys = [
            f'#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0x01{identity}',
            f'#EXT-X-KEY:METHOD=AES-128,URI="skd://1",{drm}',
        ]
        (found,) = segments(*(keys if is_last else keys[::-1]), "#EXTINF:4,", "0.ts")
        assert found.key is not None
        assert found.key.url == "http://site.test/book/k"

    def test_is_refused_where_the_plain_key_has_ended(self) -> None:
        plain = ['#EXT-X-KEY:METHOD=AES-128,URI="k"', "#EXTINF:4,", "0.ts"]
        protected = [f'#EXT-X-KEY:METHOD=AES-128,URI="skd://1",{self.WIDEVINE}', "#EXTINF:4,", "1.ts"]
        vod = "#EXT-X-PLAYLIST-TYPE:VOD"
        assert "Widevine" in refusal(vod, *plain, "#EXT-X-KEY:METHOD=NONE", *protected)
        assert "Widevine" in refusal(vod, *protected, "#EXT-X-KEY:METHOD=NONE", *plain)

    def test_ends_with_the_key(self) -> None:
        assert names("#EXT-X-KEY:METHOD=SAMPLE-AES", "#EXT-X-KEY:METHOD=NONE", "#EXTINF:4,", "0.ts") == ["0.ts"]
