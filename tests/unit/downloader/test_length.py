from __future__ import annotations

from pathlib import Path

import pytest

from ohdio_downloader.media.length import correct_length
from ohdio_downloader.media.verify import verify
from tests.sites.audio import AudioFactory
from tests.unit.downloader.sound import encoded, packets, repacked


def nothing() -> None:
    """Nobody wants to stop."""


def corrected(path: Path) -> tuple[float, float]:
    """Correct a file; return how long it sounds, and how long it says it does now."""
    sound = verify(path, is_whole=True, check=nothing)
    correct_length(path, sound, nothing)
    again = verify(path, is_whole=False, check=nothing)
    assert again.stated is not None
    return again.duration.total_seconds(), again.stated.total_seconds()


@pytest.mark.parametrize("suffix", [".mp3", ".m4a", ".flac"])
def test_a_file_that_was_cut_by_its_publisher_states_what_there_is(
    tmp_path: Path, audio: AudioFactory, suffix: str
) -> None:
    mp3 = audio.mp3("length", 30)
    whole = {".mp3": repacked(mp3, "mp3"), ".m4a": audio.mp4("length", 30), ".flac": encoded(mp3, "flac", "flac")}
    path = tmp_path / f"part{suffix}"
    path.write_bytes(whole[suffix][: len(whole[suffix]) // 2])
    heard, stated = corrected(path)
    assert heard == pytest.approx(15, abs=2)
    assert stated == pytest.approx(heard, abs=0.1)


def test_flac_that_went_through_a_pipe_states_its_length(tmp_path: Path, audio: AudioFactory) -> None:
    path = tmp_path / "part.flac"
    data = bytearray(encoded(audio.mp3("length", 9), "flac", "flac"))
    data[21] &= 0xF0
    data[22:26] = bytes(4)  # no samples are known
    path.write_bytes(data)
    heard, stated = corrected(path)
    assert stated == heard == pytest.approx(9, abs=0.1)


def test_a_vbri_count_is_corrected(tmp_path: Path, audio: AudioFactory) -> None:
    frames = audio.mp3("length", 10)
    counting = bytearray(frames[:288])
    counting[36:62] = (
        b"VBRI" + bytes((0, 1, 0, 0, 0, 75)) + (99_999).to_bytes(4, "big") + (999).to_bytes(4, "big") + bytes(8)
    )
    path = tmp_path / "part.mp3"
    path.write_bytes(counting + frames)
    heard, stated = corrected(path)
    assert heard == pytest.approx(10, abs=0.1)
    assert stated == pytest.approx(heard, abs=0.1)


def test_what_states_the_truth_is_left_alone(tmp_path: Path, audio: AudioFactory) -> None:
    mp3 = audio.mp3("length", 5)
    for suffix, data in (
        (".mp3", repacked(mp3, "mp3")),
        (".m4a", audio.mp4("length", 5)),
        (".ogg", encoded(mp3, "vorbis", "ogg")),
    ):
        path = tmp_path / f"part{suffix}"
        path.write_bytes(data)
        correct_length(path, verify(path, is_whole=True, check=nothing), nothing)
        assert path.read_bytes() == data


def test_a_file_written_anew_has_the_sound_that_it_had(tmp_path: Path, audio: AudioFactory) -> None:
    path = tmp_path / "part.m4a"
    whole = audio.mp4("length", 30)
    path.write_bytes(whole)
    known = packets(path)
    path.write_bytes(whole[: len(whole) * 2 // 3])
    corrected(path)
    kept = packets(path)
    assert len(kept) > len(known) // 2
    assert kept == known[: len(kept)]
