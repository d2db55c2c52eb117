"""Playlists of tones, from their address to the file that is filed: all that they announce, in order, or a refusal."""

from __future__ import annotations

import resource
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ohdio_downloader.media.join import join
from ohdio_downloader.media.probe import DamagedAudio
from tests.integration.downloader import tones
from tests.integration.downloader.faulty_origin import Serving
from tests.integration.downloader.playlists import Form, Tone
from tests.integration.downloader.shelf import Shelf
from tests.integration.downloader.tones import PITCHES, Sound
from tests.unit.downloader.sound import packets


def require_tones(book: Path, segments: list[Tone]) -> None:
    assert packets(book) == [frame for tone in segments for frame in tones.frames(tone.pitch, tone.sound)]
    heard = tones.pitches(book, [tone.sound.seconds for tone in segments])
    for tone, pitch in zip(segments, heard, strict=True):
        assert pitch == pytest.approx(tone.pitch, rel=0.03)


TONES = st.builds(
    Tone,
    pitch=st.sampled_from(PITCHES),
    form=st.sampled_from(Form),
    second=st.booleans(),
    is_encrypted=st.booleans(),
    is_key_first=st.booleans(),
    is_marked=st.booleans(),
)
SOUNDS = st.sampled_from([Sound(), Sound(channels=2), Sound("mp3")])


@st.composite
def playlists(draw: st.DrawFn) -> list[Tone]:
    """Segments that differ in everything that may change; one in three lists with something that must be refused."""
    sound = draw(SOUNDS)
    segments = [replace(tone, sound=sound) for tone in draw(st.lists(TONES, min_size=2, max_size=6))]
    fault = draw(st.sampled_from(["", "", "", "", "other sound", "longer"]))
    place = draw(st.integers(0, len(segments) - 1))
    if fault == "other sound":
        segments[place] = replace(segments[place], sound=draw(SOUNDS))
    elif fault == "longer":
        segments[place] = replace(segments[place], stated=sound.seconds + draw(st.sampled_from([1.5, 5, 600])))
    is_mp3 = any(tone.sound.codec == "mp3" for tone in segments)
    return [replace(tone, form=Form.PACKED) if is_mp3 and tone.form is Form.FRAGMENT else tone for tone in segments]


def hold(shelf: Shelf, segments: list[Tone]) -> None:
    """Require all tones in order, or a refusal where there is a reason for one."""
    url = shelf.serve(*segments)
    can_be_one = len({tone.sound for tone in segments}) == 1 and all(tone.stated is None for tone in segments)
    with TemporaryDirectory() as name:
        if can_be_one:
            require_tones(shelf.collect(url, Path(name)), segments)
        else:
            shelf.refuse(url, Path(name))


_QUIETLY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


class TestAnyPlaylist:
    @settings(max_examples=40, derandomize=True, suppress_health_check=_QUIETLY)
    @given(segments=playlists())
    def test_gives_exactly_its_tones_in_order_or_a_refusal(self, shelf: Shelf, segments: list[Tone]) -> None:
        hold(shelf, segments)

    @pytest.mark.full
    @pytest.mark.timeout(900)
    @settings(max_examples=300, suppress_health_check=_QUIETLY)
    @given(segments=playlists())
    def test_gives_exactly_its_tones_in_order_or_a_refusal_three_hundred_times(
        self, shelf: Shelf, segments: list[Tone]
    ) -> None:
        hold(shelf, segments)


class TestOnePlaylist:
    def test_whose_sound_changes_its_stream_without_a_mark_is_whole(self, shelf: Shelf, tmp_path: Path) -> None:
        segments = [Tone(300), Tone(900, second=True, is_marked=False), Tone(450, is_marked=False)]
        require_tones(shelf.collect(shelf.serve(*segments), tmp_path), segments)

    def test_of_fragments_and_transport_streams_is_one_file(self, shelf: Shelf, tmp_path: Path) -> None:
        segments = [Tone(300, Form.FRAGMENT), Tone(900), Tone(450, Form.PACKED), Tone(600, Form.FRAGMENT)]
        require_tones(shelf.collect(shelf.serve(*segments), tmp_path), segments)
        assert not (tmp_path / "1" / "book").joinpath("Sept notes.aac").exists()

    def test_with_a_mono_advertisement_before_a_stereo_book_is_refused_once(self, shelf: Shelf, tmp_path: Path) -> None:
        url = shelf.serve(Tone(300), Tone(900, sound=Sound(channels=2)))
        reason = shelf.refuse(url, tmp_path)
        assert "from AAC, 32,000 Hz, mono to AAC, 32,000 Hz, stereo" in reason

    @pytest.mark.parametrize("form", [Form.TRANSPORT, Form.PACKED])
    def test_that_goes_on_in_another_codec_is_refused_in_words(self, shelf: Shelf, tmp_path: Path, form: Form) -> None:
        reason = shelf.refuse(shelf.serve(Tone(300, form), Tone(900, form, Sound("mp3"))), tmp_path)
        assert "changes its encoding midway, from AAC" in reason
        assert "Errno" not in reason
        assert str(tmp_path) not in reason

    @pytest.mark.parametrize("missing", [1.5, 60])
    def test_that_announces_more_than_there_is_is_refused_with_both_lengths(
        self, shelf: Shelf, tmp_path: Path, missing: float
    ) -> None:
        url = shelf.serve(Tone(300), Tone(450, stated=Sound().seconds + missing), Tone(600))
        assert "announces 0:0" in shelf.refuse(url, tmp_path)

    def test_of_which_a_segment_has_no_sound_is_refused_though_the_sum_is_nearly_right(
        self, shelf: Shelf, tmp_path: Path
    ) -> None:
        url = shelf.serve(Tone(300), Tone(450, is_marked=False, stated=0.9), Tone(600, is_marked=False))
        tables = tones.transport(300, Sound(), pid=0x101, program=1)[: 3 * 188]
        shelf.origin.serve(url.removeprefix(shelf.origin.url).replace("list.m3u8", "1"), Serving(tables))
        assert "have no sound" in shelf.refuse(url, tmp_path)

    def test_of_which_a_segment_is_spoilt_once_is_whole_at_the_second_transfer(
        self, shelf: Shelf, tmp_path: Path
    ) -> None:
        segments = [Tone(300), Tone(450), Tone(600)]
        url = shelf.serve(*segments)
        path = url.removeprefix(shelf.origin.url).replace("list.m3u8", "1")
        shelf.origin.serve(path, Serving(b"\x01\x02" * 4000))
        with pytest.raises(DamagedAudio):
            shelf.collect(url, tmp_path)
        shelf.origin.serve(path, Serving(tones.transport(450, Sound(), pid=0x101, program=1)))
        require_tones(shelf.collect(url, tmp_path), segments)

    def test_of_which_a_segment_is_no_audio_is_refused(self, shelf: Shelf, tmp_path: Path) -> None:
        url = shelf.serve(Tone(300), Tone(450), Tone(600))
        shelf.origin.serve(url.removeprefix(shelf.origin.url).replace("list.m3u8", "1"), Serving(b"\x01\x02" * 4000))
        reason = shelf.refuse(url, tmp_path)
        assert "what begins with segment 2 " in reason
        assert "Errno" not in reason

    @pytest.mark.parametrize("form", [Form.TRANSPORT, Form.PACKED])
    def test_of_which_a_segment_is_cut_is_refused_for_what_is_missing(
        self, shelf: Shelf, tmp_path: Path, form: Form
    ) -> None:
        url = shelf.serve(Tone(300, form), Tone(450, form, is_marked=False), Tone(600, form, is_marked=False))
        cut = tones.packed(450, Sound()) if form is Form.PACKED else tones.transport(450, Sound(), pid=0x101, program=1)
        path = url.removeprefix(shelf.origin.url).replace("list.m3u8", "1")
        shelf.origin.serve(path, Serving(cut[: len(cut) // 6 + 50]))
        assert "announces 0:00:04 of sound where there are 0:0" in shelf.refuse(url, tmp_path)

    @pytest.mark.parametrize("form", [Form.TRANSPORT, Form.PACKED])
    def test_of_which_a_segment_is_cut_is_refused_though_the_others_make_good_its_length(
        self, shelf: Shelf, tmp_path: Path, form: Form
    ) -> None:
        exact = [Tone(pitch, form, is_marked=False) for pitch in PITCHES[:3]]
        longer = [Tone(pitch, form, is_marked=False, stated=Sound().seconds - 0.4) for pitch in PITCHES]
        url = shelf.serve(*exact, *longer)
        cut = tones.packed(450, Sound()) if form is Form.PACKED else tones.transport(450, Sound(), pid=0x101, program=1)
        path = url.removeprefix(shelf.origin.url).replace("list.m3u8", "1")
        shelf.origin.serve(path, Serving(cut[: len(cut) // 6 + 50]))
        assert "announces 0:00:01 of sound where there are 0:00:00" in shelf.refuse(url, tmp_path)

    def test_that_says_the_lengths_of_its_segments_roughly_is_whole(self, shelf: Shelf, tmp_path: Path) -> None:
        roughly = (2.6, 0.2, 1.4, 0.1, 2.7, 1.4)
        segments = [Tone(pitch, is_marked=False, stated=stated) for pitch, stated in zip(PITCHES, roughly, strict=True)]
        require_tones(shelf.collect(shelf.serve(*segments), tmp_path), segments)

    def test_that_was_refused_is_fetched_anew_when_it_is_asked_for_again(self, shelf: Shelf, tmp_path: Path) -> None:
        wrong = shelf.serve(Tone(300), Tone(900, sound=Sound(channels=2)))
        shelf.refuse(wrong, tmp_path)
        segments = [Tone(300), Tone(900)]
        require_tones(shelf.collect(shelf.serve(*segments), tmp_path), segments)


@pytest.mark.parametrize("form", Form)
def test_an_error_of_the_disk_while_it_is_joined_is_no_fault_of_the_sound(
    shelf: Shelf, tmp_path: Path, form: Form
) -> None:
    """The limit of a file's size stands for it: the system refuses to write, with an error that is no full disk."""
    segments = [Tone(pitch, form, is_marked=False) for pitch in PITCHES]
    url = shelf.serve(*segments)
    source = tmp_path / "1" / "fetching"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def join_within_a_limit(path: Path, *arguments: Any, **named: Any) -> Path:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
        try:
            return join(path, *arguments, **named)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("ohdio_downloader.book_download.join", join_within_a_limit)
        with pytest.raises(OSError, match="too large"):
            shelf.collect(url, tmp_path)
    assert any(path.suffix == ".pieces" for path in source.iterdir())
    asked = len(shelf.origin.seen)
    require_tones(shelf.collect(url, tmp_path), segments)
    assert len(shelf.origin.seen) == asked, "what came is not fetched again"
