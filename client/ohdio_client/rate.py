"""How fast a collection goes as a whole, and how long it will take, by the books that were seen on their way."""

from __future__ import annotations

from ohdio_client.collection import CollectionState

_WEIGHT = 0.15  # of each measurement in the speed that is shown, so that it does not jump whenever a book ends


class TransferRate:
    """The bytes a second of all downloads, smoothed, and the time left, estimated from one state after another."""

    def __init__(self) -> None:
        self.bytes_per_second = 0.0
        self._sizes: dict[int, int] = {}
        self._remaining: float | None = None

    def update(self, state: CollectionState) -> None:
        """Take into account how far it is now."""
        running = state.books.running
        speed = sum(item.bytes_per_second or 0.0 for item in running)
        # The first one is believed, and so is a standstill.
        weight = _WEIGHT if speed and self.bytes_per_second else 1.0
        self.bytes_per_second += weight * (speed - self.bytes_per_second)
        self._sizes |= {item.id: item.bytes_total for item in running if item.bytes_total}
        self._remaining = self._estimate(state) if self._sizes and not state.is_scanning else None

    @property
    def seconds_left(self) -> float | None:
        """How long it will take; None while that cannot be told."""
        if self._remaining is None or not self.bytes_per_second:
            return None
        return self._remaining / self.bytes_per_second

    def _estimate(self, state: CollectionState) -> float:
        """How many bytes are to come; a book of which nothing is known will weigh what the others do."""
        usual = sum(self._sizes.values()) / len(self._sizes)
        running = (max((item.bytes_total or usual) - item.bytes_done, 0) for item in state.books.running)
        return float(sum(running) + usual * state.books.queued)


def duration(seconds: float) -> str:
    """Write a time for people."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole < 600 else f"{whole // 60} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
