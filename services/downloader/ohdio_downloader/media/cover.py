"""Cover pictures: worth having, never worth failing for."""

from __future__ import annotations

from dataclasses import dataclass

#: Larger ones are scans for print; every part of a book carries a copy.
MAX_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Cover:
    """A picture in a format that players show."""

    data: bytes
    mime: str  #: "image/jpeg", "image/png" or "image/webp"

    @property
    def suffix(self) -> str:
        """The file name suffix, with its dot."""
        return {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}[self.mime]


def read_cover(data: bytes) -> Cover | None:
    """Recognise a picture by its first bytes; None for anything else, and for what is too large."""
    if len(data) > MAX_BYTES:
        return None
    if data.startswith(b"\xff\xd8\xff"):
        return Cover(data, "image/jpeg")
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Cover(data, "image/png")
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Cover(data, "image/webp")
    return None
