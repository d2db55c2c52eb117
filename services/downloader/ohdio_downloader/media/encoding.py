"""How sound is encoded, as far as all of one file must be encoded alike."""

from __future__ import annotations

from dataclasses import dataclass

from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence

_LAYOUTS = {1: "mono", 2: "stereo"}


class ChangedEncoding(PermanentError):
    """The sound changes in such a way that no one file can hold it as it is."""

    def __init__(self, before: object, after: object) -> None:
        self.before = before
        self.after = after
        super().__init__(
            sentence(
                "sound.changes",
                "The audio changes its encoding midway, from {before} to {after}, which is not supported: "
                "it is never encoded again, and one file cannot hold both.",
                before=str(before),
                after=str(after),
            )
        )


@dataclass(frozen=True, slots=True)
class Encoding:
    """What must be the same for all packets of a file, for what is no AAC."""

    codec: str  #: for people
    rate: int  #: samples a second
    channels: int
    set_up: bytes = b""  #: what the decoder must know

    def __str__(self) -> str:
        return f"{self.codec}, {self.rate:,} Hz, {_LAYOUTS.get(self.channels, f'{self.channels} channels')}"
