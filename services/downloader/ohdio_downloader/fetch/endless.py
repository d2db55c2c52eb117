"""Bodies of which nobody tells the length: how large they may become, and how long they may take."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Self

from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence

_TIMES_STATED = 3  #: what feeds and pages state is an estimate
_LEAST = timedelta(hours=1)  #: a size that is always allowed, whatever is stated
_UNSTATED = timedelta(hours=12)
_BYTES_PER_SECOND = 192_000  #: more than a compact disc has; sound that is compressed takes a tenth


class Endless(PermanentError):
    """More came than any sound would take, and nobody told how much is still to come."""

    def __init__(self, site: str, most: int) -> None:
        self.site = site
        self.most = most
        super().__init__(
            sentence(
                "transfer.endless",
                "{site} does not tell how long this is, and sent more than {megabytes:,} MB, which is enough for "
                "{hours:.3g} hours of any sound: it is taken for a broadcast that never ends. "
                "If it is none, set OHDIO_LONGEST_PART_HOURS to more hours.",
                site=site,
                megabytes=round(most / 1e6),
                hours=most / _BYTES_PER_SECOND / 3600,
            )
        )


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a part may take while its site does not announce its length."""

    stated: timedelta | None = None  #: how long its sound is said to be
    setting: timedelta | None = None  #: how long a part may be at least, when a person has set it

    def stating(self, sound: timedelta | None) -> Self:
        """Return the allowance of a part whose sound is said to be this long, or longer, as was said before."""
        stated = max((each for each in (self.stated, sound) if each is not None), default=None)
        return replace(self, stated=stated)

    @property
    def seconds(self) -> float:
        """How long its transfer may take until it counts as one that may have no end."""
        return self._by_stated() or self._unstated()

    @property
    def size(self) -> int:
        """How many bytes it may have at all."""
        by_stated = self._by_stated()
        least = (self.setting or _LEAST).total_seconds()
        return int((max(by_stated, least) if by_stated else self._unstated()) * _BYTES_PER_SECOND)

    def _by_stated(self) -> float:
        return 0.0 if self.stated is None else _TIMES_STATED * self.stated.total_seconds()

    def _unstated(self) -> float:
        return (self.setting or _UNSTATED).total_seconds()
