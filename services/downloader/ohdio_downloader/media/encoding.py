"""How sound is encoded, as far as all of one file must be encoded alike."""

from __future__ import annotations

from dataclasses import dataclass

from ohdio_core.errors import PermanentError
from ohdio_core.sentences import Sentence, sentence

_FEW_CHANNELS = {1: sentence("sound.mono", "mono"), 2: sentence("sound.stereo", "stereo")}


def encoding_said(codec: Sentence | str, rate: int, channels: Sentence | str) -> Sentence:
    """Return a clause that tells an encoding from others.

    Args:
        codec: For people.
        rate: Samples a second.
        channels: How many, or which.
    """
    return sentence("sound.encoding", "{codec}, {rate:,} Hz, {channels}", codec=codec, rate=rate, channels=channels)


def channels_said(count: int) -> Sentence:
    """Return how many channels there are, in words."""
    return _FEW_CHANNELS.get(count) or sentence("sound.channels", "{count} channels", count=count)


class ChangedEncoding(PermanentError):
    """The sound changes in such a way that no one file can hold it as it is."""

    def __init__(self, before: Sentence, after: Sentence) -> None:
        self.before = before
        self.after = after
        super().__init__(
            sentence(
                "sound.changes",
                "The audio changes its encoding midway, from {before} to {after}, which is not supported: "
                "it is never encoded again, and one file cannot hold both.",
                before=before,
                after=after,
            )
        )


@dataclass(frozen=True, slots=True)
class Encoding:
    """What must be the same for all packets of a file, for what is no AAC."""

    codec: Sentence | str  #: for people
    rate: int  #: samples a second
    channels: int
    set_up: bytes = b""  #: what the decoder must know

    @property
    def said(self) -> Sentence:
        """Return a clause that tells it from others."""
        return encoding_said(self.codec, self.rate, channels_said(self.channels))
