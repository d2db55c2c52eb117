# mypy: allow-untyped-calls
# (mutagen says that it is typed, but few of its functions are)

from __future__ import annotations

import io
import resource
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import cast

import av
import pytest
from av.audio.resampler import AudioResampler
from mutagen.aiff import AIFF
from mutagen.id3 import ID3
from mutagen.wave import WAVE

from ohdio_core.errors import PermanentError, Postponed
from ohdio_downloader.media.assemble import assemble, container_for
from ohdio_downloader.media.chapters import Span
from ohdio_downloader.media.probe import AudioInfo, DamagedAudio, probe
from ohdio_downloader.media.taggers.id3 import add_chapters
from tests.sites.audio import AudioFactory, HlsVariant
from tests.unit.downloader.sound import encoded, packets, pcm, repacked, starts


def nothing() -> None:
    """Nobody wants to stop."""


class Bench:
    def __init__(self, directory: Path) -> None:
        self.source = directory / "source"
        self._directory = directory

    def assemble(self, data: bytes) -> Path:
        self.source.write_bytes(data)
        info = probe(self.source)
        target = self._directory / f"target{container_for(info).suffix}"
        assemble(self.source, target, info, nothing)
        assert list(self._directory.iterdir()) == [target]
        return target


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    (tmp_path / "bench").mkdir()
    return Bench(tmp_path / "bench")


@pytest.fixture
def reference(tmp_path: Path, audio: AudioFactory) -> Path:
    """The same frames as the streams below, in an MP4."""
    path = tmp_path / "reference.mp4"
    path.write_bytes(audio.mp4("book", 14))
    return path


def stream(audio: AudioFactory, variant: HlsVariant) -> bytes:
    files = audio.hls("book", 14, variant).files
    init = b"".join(data for name, data in files.items() if name.endswith(".mp4"))
    return init + b"".join(data for name, data in sorted(files.items()) if name.endswith((".ts", ".m4s")))


class TestStreams:
    @pytest.mark.parametrize("variant", [HlsVariant.PLAIN, HlsVariant.BYTE_RANGE, HlsVariant.FMP4])
    def test_become_m4a_without_touching_a_frame(
        self, bench: Bench, audio: AudioFactory, reference: Path, variant: HlsVariant
    ) -> None:
        target = bench.assemble(stream(audio, variant))
        assert target.suffix == ".m4a"
        assert packets(target) == packets(reference)
        assert pcm(target) == pcm(reference)

    def test_know_how_to_decode_themselves(self, bench: Bench, audio: AudioFactory) -> None:
        target = bench.assemble(stream(audio, HlsVariant.PLAIN))
        with av.open(str(target)) as container:
            # AudioSpecificConfig: AAC-LC, 32 kHz, mono.
            assert container.streams.audio[0].codec_context.extradata == b"\x12\x88"

    def test_raw_adts_becomes_m4a(self, bench: Bench, reference: Path) -> None:
        target = bench.assemble(repacked(reference.read_bytes(), "adts"))
        assert packets(target) == packets(reference)

    def test_packed_audio_with_a_tag_in_each_segment(self, bench: Bench, reference: Path) -> None:
        # RFC 8216, section 3.4: an ID3 tag with the time stamp begins every segment.
        tag = b"ID3\x04\x00\x00\x00\x00\x00\x0aPRIV\x00\x00\x00\x00\x00\x00"
        adts = repacked(reference.read_bytes(), "adts")
        target = bench.assemble(tag + adts + tag + adts)
        assert packets(target) == packets(reference) * 2

    @pytest.mark.parametrize("variant", [HlsVariant.PLAIN, HlsVariant.FMP4])
    def test_time_runs_evenly_from_zero(self, bench: Bench, audio: AudioFactory, variant: HlsVariant) -> None:
        times = starts(bench.assemble(stream(audio, variant)))
        assert times[0] == 0
        assert {after - before for before, after in pairwise(times)} == {1024}

    def test_time_runs_on_over_a_discontinuity(self, bench: Bench, audio: AudioFactory, reference: Path) -> None:
        once = stream(audio, HlsVariant.PLAIN)
        target = bench.assemble(once + once)
        times = starts(target)
        assert {after - before for before, after in pairwise(times)} == {1024}
        assert packets(target) == packets(reference) * 2

    def test_that_change_their_encoding_are_refused(self, bench: Bench, audio: AudioFactory) -> None:
        other = encoded(audio.mp3("book", 3), "aac", "adts", rate=44_100)
        with pytest.raises(PermanentError, match="changes its encoding"):
            bench.assemble(repacked(audio.mp4("book", 3), "adts") + other)

    def test_of_mp3_become_mp3(self, bench: Bench, audio: AudioFactory, tmp_path: Path) -> None:
        mp3 = tmp_path / "a.mp3"
        mp3.write_bytes(audio.mp3("book", 5))
        target = bench.assemble(repacked(mp3.read_bytes(), "mpegts"))
        assert target.suffix == ".mp3"
        assert packets(target) == packets(mp3)


class TestFiles:
    @pytest.mark.parametrize(
        ("codec", "container_format", "suffix"),
        [("libopus", "ogg", ".opus"), ("vorbis", "ogg", ".ogg"), ("flac", "flac", ".flac")],
    )
    def test_that_players_expect_are_left_as_they_are(
        self, bench: Bench, audio: AudioFactory, codec: str, container_format: str, suffix: str
    ) -> None:
        data = encoded(audio.mp3("book", 2), codec, container_format)
        target = bench.assemble(data)
        assert target.suffix == suffix
        assert target.read_bytes() == data

    def test_mp3_is_left_as_it_is(self, bench: Bench, audio: AudioFactory) -> None:
        data = audio.mp3("book", 2)
        assert bench.assemble(data).read_bytes() == data

    def test_a_progressive_mp4_is_only_renamed(self, bench: Bench, audio: AudioFactory) -> None:
        data = audio.mp4("book", 2)
        target = bench.assemble(data)
        assert target.suffix == ".m4a"
        assert target.read_bytes() == data

    @pytest.mark.parametrize(("codec", "suffix"), [("vorbis", ".ogg"), ("libopus", ".opus")])
    def test_an_ogg_behind_a_tag_of_another_kind_is_written_without_that(
        self, bench: Bench, audio: AudioFactory, tmp_path: Path, codec: str, suffix: str
    ) -> None:
        ogg = tmp_path / "a.ogg"
        ogg.write_bytes(encoded(audio.mp3("book", 14), codec, "ogg"))
        foreign = b"ID3\x04\x00\x00\x00\x00\x00\x64" + bytes(100)
        target = bench.assemble(foreign + ogg.read_bytes())
        assert target.suffix == suffix
        assert target.read_bytes().startswith(b"OggS")
        assert packets(target) == packets(ogg)

    def test_a_video_track_is_left_out(self, bench: Bench, audio: AudioFactory, tmp_path: Path) -> None:
        film = tmp_path / "film.mp4"
        sound = tmp_path / "sound.mp4"
        sound.write_bytes(audio.mp4("book", 2))
        with av.open(str(sound)) as source, av.open(str(film), "w") as output:
            picture = output.add_stream("mpeg4", rate=5)
            assert isinstance(picture, av.VideoStream)
            picture.width = picture.height = 64
            copy = output.add_stream_from_template(source.streams.audio[0])
            for _ in range(10):
                output.mux(picture.encode(av.VideoFrame(64, 64, "yuv420p")))
            output.mux(picture.encode(None))
            for packet in source.demux(audio=0):
                if packet.size:
                    packet.stream = copy
                    output.mux(packet)
        target = bench.assemble(film.read_bytes())
        assert packets(target) == packets(sound)
        with av.open(str(target)) as container:
            assert len(container.streams.video) == 0


class TestSamples:
    @pytest.mark.parametrize(
        ("codec", "container_format"),
        [
            ("pcm_s16le", "wav"),
            ("pcm_s24le", "wav"),
            ("pcm_u8", "wav"),
            ("pcm_alaw", "wav"),
            ("pcm_s16be", "aiff"),
            ("pcm_s24be", "aiff"),
        ],
    )
    def test_become_flac_without_a_sample_lost(
        self, bench: Bench, audio: AudioFactory, tmp_path: Path, codec: str, container_format: str
    ) -> None:
        source = tmp_path / "samples"
        source.write_bytes(encoded(audio.mp3("book", 2), codec, container_format))
        target = bench.assemble(source.read_bytes())
        assert target.suffix == ".flac"
        assert as_32_bits(target) == as_32_bits(source)
        with av.open(str(target)) as container:
            stream = container.streams.audio[0]
            assert stream.duration == len(as_32_bits(source)) // 4

    @pytest.mark.parametrize(
        ("codec", "container_format"),
        [
            ("pcm_f32le", "wav"),
            ("pcm_f64le", "wav"),
            ("pcm_s32le", "wav"),
            ("pcm_s32be", "aiff"),
            ("pcm_f32be", "aiff"),
            ("pcm_f64be", "aiff"),
            ("pcm_f32le", "w64"),
            ("pcm_f32be", "caf"),
        ],
    )
    def test_that_flac_would_round_become_a_wav_without_a_bit_lost(
        self, bench: Bench, audio: AudioFactory, tmp_path: Path, codec: str, container_format: str
    ) -> None:
        source = tmp_path / "samples"
        source.write_bytes(encoded(audio.mp3("book", 2), codec, container_format))
        target = bench.assemble(source.read_bytes())
        assert target.suffix == ".wav"
        assert pcm(target) == pcm(source)
        assert probe(target).duration == timedelta(seconds=len(pcm(source)) / (8 if "64" in codec else 4) / 16_000)

    def test_lose_what_an_editor_said_of_them(self, bench: Bench, audio: AudioFactory) -> None:
        sound = encoded(audio.mp3("book", 1), "pcm_f32le", "wav")
        said = b"LIST" + (20).to_bytes(4, "little") + b"INFOINAM" + (8).to_bytes(4, "little") + b"Essai 2\0"
        size = len(sound) + len(said) - 8
        target = bench.assemble(sound[:4] + size.to_bytes(4, "little") + sound[8:] + said)
        assert b"Essai" not in target.read_bytes()

    @pytest.mark.parametrize("codec", ["pcm_s16le", "pcm_f32le"])
    @pytest.mark.parametrize("size", [0, 0xFFFFFFFF])
    def test_of_a_stream_whose_header_knows_no_length_are_all_there(
        self, bench: Bench, audio: AudioFactory, tmp_path: Path, codec: str, size: int
    ) -> None:
        whole = tmp_path / "whole"
        whole.write_bytes(encoded(audio.mp3("book", 2), codec, "wav"))
        data = bytearray(whole.read_bytes())
        place = data.index(b"data") + 4
        data[place : place + 4] = size.to_bytes(4, "little")
        assert as_32_bits(bench.assemble(bytes(data))) == as_32_bits(whole)


class TestRoundedTimes:
    """Matroska and WebM tell times in whole milliseconds."""

    def test_vorbis_has_its_true_length(self, bench: Bench, audio: AudioFactory, tmp_path: Path) -> None:
        ogg = tmp_path / "a.ogg"
        ogg.write_bytes(encoded(audio.mp3("book", 50), "vorbis", "ogg", rate=11_025))
        target = bench.assemble(repacked(ogg.read_bytes(), "webm"))
        assert target.suffix == ".ogg"
        assert packets(target) == packets(ogg)
        with av.open(str(target)) as container:
            assert container.duration == pytest.approx(50 * av.time_base, abs=0.05 * av.time_base)

    def test_aac_has_its_true_length(self, bench: Bench, reference: Path) -> None:
        target = bench.assemble(repacked(reference.read_bytes(), "matroska"))
        assert packets(target) == packets(reference)
        assert {after - before for before, after in pairwise(starts(target))} == {1024}


class TestChapters:
    TITLES = ("Le quai", "La marée", "Le phare")

    def chaptered(self, data: bytes, container_format: str, options: dict[str, str] | None = None) -> bytes:
        """The same sound in another container, with three chapters of two seconds."""
        buffer = io.BytesIO()
        with (
            av.open(io.BytesIO(data), "r") as source,
            av.open(buffer, "w", format=container_format, options=options or {}) as output,
        ):
            copy = output.add_stream_from_template(source.streams.audio[0])
            output.set_chapters(
                [
                    {
                        "id": number,
                        "start": number * 2000,
                        "end": number * 2000 + 2000,
                        "time_base": Fraction(1, 1000),
                        "metadata": {"title": title},
                    }
                    for number, title in enumerate(self.TITLES)
                ]
            )
            for packet in source.demux(audio=0):
                if packet.size:
                    packet.stream = copy
                    output.mux(packet)
        return buffer.getvalue()

    def chapters(self, path: Path) -> list[tuple[float, str]]:
        with av.open(str(path)) as container:
            return [
                (float(each["start"] * (each["time_base"] or 0)), each["metadata"]["title"])
                for each in container.chapters()
            ]

    @pytest.mark.parametrize(
        ("codec", "container_format"),
        [("", "fragmented"), ("libopus", "webm"), ("vorbis", "webm"), ("flac", "matroska"), ("", "matroska")],
    )
    def test_inside_a_file_survive_its_repacking(
        self, bench: Bench, audio: AudioFactory, codec: str, container_format: str
    ) -> None:
        data = encoded(audio.mp3("book", 6), codec, "matroska") if codec else audio.mp4("book", 6)
        if container_format == "fragmented":
            data = self.chaptered(data, "mp4", {"movflags": "frag_keyframe+empty_moov", "frag_duration": "1000000"})
        else:
            data = self.chaptered(data, container_format)
        target = bench.assemble(data)
        assert self.chapters(target) == [(0, "Le quai"), (2, "La marée"), (4, "Le phare")]

    @pytest.mark.parametrize(
        ("kind", "codec"),
        [(WAVE, "pcm_s16le"), (AIFF, "pcm_s16be"), (WAVE, "pcm_f32le"), (AIFF, "pcm_s32be")],
    )
    def test_of_samples_survive_their_encoding(
        self, bench: Bench, audio: AudioFactory, tmp_path: Path, kind: type[WAVE | AIFF], codec: str
    ) -> None:
        source = tmp_path / "samples"
        source.write_bytes(encoded(audio.mp3("book", 6), codec, "wav" if kind is WAVE else "aiff"))
        starts = (timedelta(seconds=2 * number) for number in range(3))
        tagged = kind(source)
        tagged.add_tags()
        spans = (
            Span(start, start + timedelta(seconds=2), title) for start, title in zip(starts, self.TITLES, strict=True)
        )
        add_chapters(cast("ID3", tagged.tags), tuple(spans))
        tagged.save()
        target = bench.assemble(source.read_bytes())
        assert self.chapters(target) == [(0, "Le quai"), (2, "La marée"), (4, "Le phare")]


def as_32_bits(path: Path) -> bytes:
    """What one hears, whatever the size of the samples."""
    resampler = AudioResampler("s32", "mono", 16_000)
    with av.open(str(path)) as container:
        frames = [ready for frame in container.decode(audio=0) for ready in resampler.resample(frame)]
    return b"".join(bytes(frame.planes[0])[: 4 * frame.samples] for frame in frames)


class TestRefusals:
    def test_an_encoding_that_cannot_be_filed(self) -> None:
        info = AudioInfo("wav", "adpcm_ms", None, None, 48_000, 1)
        with pytest.raises(PermanentError, match="adpcm_ms, which is not supported"):
            container_for(info)

    def test_a_stop_leaves_the_source(self, bench: Bench, audio: AudioFactory, tmp_path: Path) -> None:
        def stop() -> None:
            raise InterruptedError

        data = stream(audio, HlsVariant.PLAIN)
        bench.source.write_bytes(data)
        with pytest.raises(InterruptedError):
            assemble(bench.source, tmp_path / "a.m4a", probe(bench.source), stop)
        assert bench.source.read_bytes() == data
        assert not (tmp_path / "a.m4a").exists()

    def test_a_stream_whose_publisher_cut_its_end_is_kept(self, bench: Bench, audio: AudioFactory) -> None:
        bench.source.write_bytes(stream(audio, HlsVariant.FMP4)[:-1000])
        target = bench.source.with_name("target.m4a")
        assemble(bench.source, target, probe(bench.source), nothing, is_whole=True)
        assert len(packets(target)) > 300

    def test_a_stream_that_lost_its_end(self, bench: Bench, audio: AudioFactory) -> None:
        with pytest.raises(DamagedAudio, match="damaged or cut"):
            bench.assemble(stream(audio, HlsVariant.FMP4)[:-1000])

    def test_a_full_disk_is_not_taken_for_damage(self, bench: Bench, audio: AudioFactory, tmp_path: Path) -> None:
        data = stream(audio, HlsVariant.PLAIN)
        bench.source.write_bytes(data)
        (tmp_path / "a.m4a.new").symlink_to("/dev/full")
        with pytest.raises(Postponed, match="Not enough free space"):
            assemble(bench.source, tmp_path / "a.m4a", probe(bench.source), nothing)
        assert bench.source.read_bytes() == data
        assert not (tmp_path / "a.m4a.new").is_symlink()

    @pytest.mark.parametrize("kind", ["stream", "samples"])
    def test_another_error_of_the_disk_is_not_taken_for_damage(
        self, bench: Bench, audio: AudioFactory, tmp_path: Path, kind: str
    ) -> None:
        data = stream(audio, HlsVariant.PLAIN) if kind == "stream" else encoded(audio.mp3("a", 20), "pcm_s16le", "wav")
        bench.source.write_bytes(data)
        info, before = probe(bench.source), resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))  # the system refuses to write more
        try:
            with pytest.raises(OSError, match="too large"):
                assemble(bench.source, tmp_path / "a.new", info, nothing)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert bench.source.read_bytes() == data

    def test_what_is_kept_free_stays_free(self, bench: Bench, audio: AudioFactory, tmp_path: Path) -> None:
        data = stream(audio, HlsVariant.PLAIN)
        bench.source.write_bytes(data)
        with pytest.raises(Postponed, match="Not enough free space"):
            assemble(bench.source, tmp_path / "a.m4a", probe(bench.source), nothing, keep_free=2**60)
        assert bench.source.read_bytes() == data
        assert not (tmp_path / "a.m4a.new").exists()
