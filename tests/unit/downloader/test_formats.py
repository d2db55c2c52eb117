from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import av
import pytest

from ohdio_core.domain.formats import AUDIO_FORMATS
from ohdio_downloader.media.assemble import container_for
from ohdio_downloader.media.chapters import Span
from ohdio_downloader.media.formats import CONTAINERS, FLAC, M4A, MP3, OGG, OPUS, WAV, Container, container_at
from ohdio_downloader.media.probe import probe
from ohdio_downloader.media.tag import write_details
from ohdio_downloader.media.taggers.details import FileDetails
from tests.sites.audio import AudioFactory
from tests.unit.downloader.sound import encoded, packets

ENCODERS = (
    (MP3, "libmp3lame"),
    (M4A, "aac"),
    (OGG, "vorbis"),
    (OPUS, "libopus"),
    (FLAC, "flac"),
    (WAV, "pcm_f32le"),
)


def made(tmp_path: Path, audio: AudioFactory, container: Container, encoder: str) -> Path:
    path = tmp_path / f"part{container.suffix}"
    path.write_bytes(encoded(audio.mp3("formats", 3), encoder, container.muxer.name))
    return path


def test_the_downloader_writes_what_the_library_knows_and_nothing_else() -> None:
    assert [container.file_format for container in CONTAINERS] == list(AUDIO_FORMATS)
    assert [container for container, _ in ENCODERS] == list(CONTAINERS)


@pytest.mark.parametrize(("container", "encoder"), ENCODERS, ids=lambda each: getattr(each, "suffix", None))
class TestEachContainer:
    def test_is_known_by_its_name_and_by_what_is_in_it(
        self, tmp_path: Path, audio: AudioFactory, container: Container, encoder: str
    ) -> None:
        path = made(tmp_path, audio, container, encoder)
        info = probe(path)
        assert container_at(path) is container_for(info)
        assert container.is_read_by(info.container) == (container is not WAV)

    def test_takes_chapters_alone_and_keeps_its_sound_and_tags(
        self, tmp_path: Path, audio: AudioFactory, container: Container, encoder: str
    ) -> None:
        path = made(tmp_path, audio, container, encoder)
        write_details(path, container, FileDetails({"TITLE": "La baie"}, (2, 7)))
        before = packets(path)
        seconds = [timedelta(seconds=number) for number in range(4)]
        chapters = tuple(Span(seconds[n], seconds[n + 1], f"Vague {n}") for n in range(3))
        write_details(path, container, FileDetails(chapters=chapters))
        with av.open(str(path)) as file:
            assert [chapter["metadata"]["title"] for chapter in file.chapters()] == ["Vague 0", "Vague 1", "Vague 2"]
            assert "La baie" in {**file.metadata, **file.streams.audio[0].metadata}.values()
        assert packets(path) == before
