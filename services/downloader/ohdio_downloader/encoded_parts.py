"""The parts of a book encoded as AAC, one after another; a run that is killed goes on at the part where it was."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from ohdio_core.mp4.reading import HeardStretch, SampleTables
from ohdio_core.sentences import sentence
from ohdio_downloader.disk import copying, write_whole
from ohdio_downloader.media.aac import AacSettings, encode_aac
from ohdio_downloader.media.one_m4b import OneM4b, read_tables
from ohdio_downloader.media.probe import DamagedAudio, probe

_RECORD = "encoded.json"
#: Bytes that MP4 needs beside its sound, rather too many than too few: 16 a packet of 1024 samples, at most 48,000 Hz.
_TABLES_A_SECOND = 800


class Progress(Protocol):
    """Who is told how far the encoding has come."""

    def report(self, done: float, total: float, *, has_moved: bool) -> None:
        """Take how many seconds of sound are done.

        Args:
            has_moved: Some of it is done that outlives this process.
        """

    def measured(self, speed: float) -> None:
        """Take how many seconds of sound were encoded in a second."""


@dataclass(frozen=True, slots=True)
class SourcePart:
    """A file whose sound is encoded."""

    path: Path  #: a copy, which is gone afterwards
    sha256: str
    seconds: float  #: about how long it sounds


class EncodedParts:
    """Encodes the parts of one book.

    Args:
        directory: Where it is done; it outlives the run.
        check: Called often; what it raises ends the work.
        keep_free: Bytes that must stay free on the disk.
    """

    def __init__(self, directory: Path, progress: Progress, *, check: Callable[[], None], keep_free: int) -> None:
        self._directory = directory
        self._progress = progress
        self._check = check
        self._keep_free = keep_free
        self._done: dict[str, int] = {}  #: samples of each encoded file, by its name

    def encode(self, parts: Sequence[SourcePart], bit_rate: int) -> OneM4b:
        """Return the sound of all parts, which can be joined.

        Raises:
            DamagedAudio: One cannot be read.
            Postponed: There is no room.
        """
        infos = [probe(part.path) for part in parts]
        how = AacSettings.for_sounds(bit_rate, ((info.sample_rate, info.channels) for info in infos))
        self._done = self._read(how)
        total, done = sum(part.seconds for part in parts), 0.0
        sources = []
        for number, part in enumerate(parts):
            self._check()
            name = f"{number}-{part.sha256[:16]}.m4a"
            is_new = name not in self._done
            if is_new:
                self._encode(part, name, how, lambda seconds, before=done: self._tell(before + seconds, total))  # type: ignore[misc]
            part.path.unlink(missing_ok=True)
            done += part.seconds
            self._progress.report(done, total, has_moved=is_new)
            sources.append((self._directory / name, self._tables(name, how)))
        return OneM4b(sources)

    def _tell(self, done: float, total: float) -> None:
        self._progress.report(done, total, has_moved=False)
        self._check()

    def _encode(self, part: SourcePart, name: str, how: AacSettings, tell: Callable[[float], None]) -> None:
        half = self._directory / "half.m4a"
        size = round(part.seconds * (how.bit_rate / 8 + _TABLES_A_SECOND))
        began_at = time.monotonic()
        with copying(half, size, keep_free=self._keep_free):
            samples = encode_aac(part.path, half, how, tell)
            half.replace(self._directory / name)
        if (took := time.monotonic() - began_at) > 0:
            self._progress.measured(samples / how.rate / took)
        self._done = {**self._done, name: samples}
        write_whole(self._directory / _RECORD, json.dumps({"how": asdict(how), "parts": self._done}).encode())

    def _read(self, how: AacSettings) -> dict[str, int]:
        """Return what an earlier run has encoded in the same way; what it has not finished goes."""
        said: Any = None
        try:
            said = json.loads((self._directory / _RECORD).read_text(encoding="utf-8"))
            parts = dict(said["parts"]) if said["how"] == asdict(how) else {}
        except (FileNotFoundError, ValueError, TypeError, KeyError):
            parts = {}
        for path in self._directory.glob("*.m4a"):
            if path.name not in parts:
                path.unlink()
        return {name: int(samples) for name, samples in parts.items() if (self._directory / name).exists()}

    def _tables(self, name: str, how: AacSettings) -> SampleTables:
        """Return the tables of an encoded file, with just those samples heard that were encoded.

        Raises:
            DamagedAudio: It is not what was written.
        """
        tables = read_tables(self._directory / name)
        if tables is None:
            raise DamagedAudio(sentence("sound.encoded_unreadable", "What was encoded cannot be read again."))
        first, ticks = tables.heard.first, round(self._done[name] * tables.timescale / how.rate)
        return tables._replace(heard=HeardStretch(first, min(tables.ticks, first + ticks)))
