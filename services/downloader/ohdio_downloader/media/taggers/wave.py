"""The tags of a WAV: an ID3 tag in a chunk of its own."""

# mypy: allow-untyped-calls
# (mutagen says that it is typed, but few of its functions are)

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from mutagen.id3 import ID3
from mutagen.wave import WAVE

_LONG = b"RF64"  # EBU Tech 3306


@contextmanager
def wave_tags(path: Path) -> Iterator[ID3]:
    """Yield the tags of a WAV, and write them when the block ends well.

    Those of an RF64, which is longer than 4 GiB, are not written: nothing that writes tags knows it.

    Raises:
        MutagenError: It is none, or cannot be written.
    """
    with path.open("rb") as file:
        is_long = file.read(len(_LONG)) == _LONG
    if is_long:
        yield ID3()
        return
    wave = WAVE(path)
    if wave.tags is None:
        wave.add_tags()
    yield cast("ID3", wave.tags)
    wave.save()
