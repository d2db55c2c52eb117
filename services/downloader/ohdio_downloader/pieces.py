"""What a file that was joined from segments is made of, and how much sound was announced for it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from ohdio_downloader.disk import write_whole


@dataclass(frozen=True, slots=True)
class Stretch:
    """The sound of one segment."""

    start: int  #: its first byte in the file
    end: int  #: after its last byte
    announced: float  #: seconds


@dataclass(frozen=True, slots=True)
class Piece:
    """What can be read as one file by itself: nothing about the one before it holds for it."""

    kind: str  #: as FFmpeg names the demuxer; empty where its bytes do not tell
    stretches: tuple[Stretch, ...]
    init: tuple[int, int] | None = None  #: first byte and end of what must be read before the stretches

    @property
    def ranges(self) -> list[tuple[int, int]]:
        """The bytes of the file, as (first, end), that make up the piece, in order."""
        return [*([] if self.init is None else [self.init]), *((each.start, each.end) for each in self.stretches)]


@dataclass(frozen=True, slots=True)
class Pieces:
    """All the pieces of a file, in order; kept beside it as ``.pieces``."""

    site: str  #: for sentences
    rounding: float  #: seconds by which the length of each stretch may be announced too long
    pieces: tuple[Piece, ...]

    @classmethod
    def load(cls, path: Path) -> Self | None:
        """Read what is kept beside ``path``; None when the file was not joined."""
        try:
            told = json.loads(_beside(path).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return cls(told["site"], told["rounding"], tuple(map(_piece, told["pieces"])))

    def save(self, path: Path) -> None:
        """Write it beside ``path``, whole or not at all.

        Raises:
            Postponed: The disk is full.
        """
        write_whole(_beside(path), json.dumps(asdict(self)).encode())

    @staticmethod
    def forget(path: Path) -> None:
        """Remove what is kept beside ``path``."""
        _beside(path).unlink(missing_ok=True)


def _piece(told: dict[str, object]) -> Piece:
    stretches, init = told["stretches"], told["init"]
    assert isinstance(stretches, Iterable)
    return Piece(
        str(told["kind"]),
        tuple(Stretch(**each) for each in stretches),
        (init[0], init[1]) if isinstance(init, list) else None,
    )


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.pieces")
