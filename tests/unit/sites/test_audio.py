from __future__ import annotations

import io
from pathlib import Path

import av
import pytest

from tests.sites.audio import SAMPLE_RATE, AudioFactory, HlsVariant


@pytest.fixture(scope="module")
def factory(tmp_path_factory: pytest.TempPathFactory) -> AudioFactory:
    return AudioFactory(tmp_path_factory.mktemp("recordings"))


def decoded_seconds(source: str | io.BytesIO, **options: str) -> float:
    with av.open(source, "r", options=options) as container:
        return sum(frame.samples for frame in container.decode(audio=0)) / SAMPLE_RATE


def test_an_mp3_decodes_to_the_length_that_was_asked_for(factory: AudioFactory) -> None:
    assert decoded_seconds(io.BytesIO(factory.mp3("a", 10))) == pytest.approx(10, abs=0.05)


def test_an_mp3_has_eight_thousand_bytes_a_second(factory: AudioFactory) -> None:
    assert len(factory.mp3("a", 30)) == pytest.approx(240_000, abs=300)


def test_an_mp4_is_aac_and_decodes_to_the_length_that_was_asked_for(factory: AudioFactory) -> None:
    body = factory.mp4("a", 10)

    with av.open(io.BytesIO(body), "r") as container:
        assert container.streams.audio[0].codec.name == "aac"
    assert decoded_seconds(io.BytesIO(body)) == pytest.approx(10, abs=0.1)


@pytest.mark.parametrize("variant", HlsVariant)
def test_a_stream_decodes_to_the_length_that_was_asked_for(
    factory: AudioFactory, variant: HlsVariant, tmp_path: Path
) -> None:
    stream = factory.hls("a", 10, variant)
    for name, body in stream.files.items():
        (tmp_path / name).write_bytes(body)

    seconds = decoded_seconds(str(tmp_path / stream.master), allowed_extensions="ALL")

    assert seconds == pytest.approx(10, abs=0.1)


def test_encrypted_segments_are_not_readable_without_the_key(factory: AudioFactory) -> None:
    plain = factory.hls("a", 10, HlsVariant.PLAIN).files
    encrypted = factory.hls("a", 10, HlsVariant.AES_128).files

    assert plain["audio0.ts"][:64] != encrypted["audio0.ts"][:64]
    assert len(encrypted["audio.key"]) == 16


def test_a_hundred_and_forty_four_books_differ(factory: AudioFactory) -> None:
    assert len({factory.mp3(str(book), 8) for book in range(144)}) == 144


def test_the_same_seed_gives_the_same_bytes_in_the_next_process(factory: AudioFactory, tmp_path: Path) -> None:
    again = AudioFactory(tmp_path)

    assert again.mp3("a", 10) == factory.mp3("a", 10)
    assert again.hls("a", 10, HlsVariant.AES_128) == factory.hls("a", 10, HlsVariant.AES_128)
