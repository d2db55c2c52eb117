"""Numbers of bytes, to be put into sentences."""

from __future__ import annotations

from ohdio_core.sentences import Sentence, sentence


def size_in_sentence(count: float | None) -> Sentence | str:
    """Return a number of bytes for people; a sign for one that nobody knows."""
    if count is None:
        return "?"
    number, unit = float(count), 0
    while number >= 1000 and unit < 4:
        number, unit = number / 1000, unit + 1
    shown: float = round(number, 1) if unit and number < 10 else round(number)
    match unit:
        case 0:
            return sentence("size.bytes", "{number} B", number=shown)
        case 1:
            return sentence("size.kilobytes", "{number} kB", number=shown)
        case 2:
            return sentence("size.megabytes", "{number} MB", number=shown)
        case 3:
            return sentence("size.gigabytes", "{number} GB", number=shown)
    return sentence("size.terabytes", "{number} TB", number=shown)
