"""What is remembered of a half-fetched file, so that it goes on only if it is still the same file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from ohdio_core.sources.http import codings_of

_CONTENT_RANGE = re.compile(r"bytes\s+(\d+)-(\d+)/(\d+|\*)\s*", re.IGNORECASE)
_UNSATISFIED = re.compile(r"bytes\s+\*/(\d+)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ResumeState:
    """The file that a ``.partial`` is the beginning of; kept beside it as ``.state``."""

    resource: str  #: the address without its query: signatures change, the file stays
    etag: str | None  #: as sent
    last_modified: str | None  #: as sent
    total: int | None  #: bytes
    content_type: str | None

    @classmethod
    def of(cls, url: str, headers: Mapping[str, str], total: int | None) -> Self:
        """Remember an answer to a request for ``url``."""
        return cls(
            resource=resource(url),
            etag=headers.get("etag"),
            last_modified=headers.get("last-modified"),
            total=total,
            content_type=headers.get("content-type"),
        )

    @classmethod
    def load(cls, path: Path) -> Self | None:
        """Read the state beside ``path``; None when there is none that can be read."""
        try:
            return cls(**json.loads(_beside(path).read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def save(self, path: Path) -> None:
        """Write the state beside ``path``, whole or not at all."""
        target = _beside(path)
        temporary = target.with_name(f"{target.name}.new")
        temporary.write_text(json.dumps(asdict(self)), encoding="utf-8")
        temporary.replace(target)

    @staticmethod
    def forget(path: Path) -> None:
        """Remove the state beside ``path``."""
        _beside(path).unlink(missing_ok=True)

    @property
    def validator(self) -> str | None:
        """What If-Range may carry: a strong ETag, else the date (RFC 9110, section 13.1.5)."""
        if self.etag is not None and not self.etag.startswith("W/"):
            return self.etag
        return self.last_modified

    def is_same_file(self, answer: ResumeState) -> bool:
        """Return whether an answer still speaks of this file; what either side does not tell is not compared."""
        pairs = (
            (self.etag, answer.etag),
            (self.last_modified, answer.last_modified),
            (self.total, answer.total),
        )
        return all(before is None or now is None or before == now for before, now in pairs)


def resource(url: str) -> str:
    """The address without query and fragment."""
    return urlsplit(url)._replace(query="", fragment="").geturl()


def content_range(headers: Mapping[str, str]) -> tuple[int, int | None] | None:
    """Read (first byte, size of the whole file) of a 206; None when there is nothing to go by."""
    match = _CONTENT_RANGE.fullmatch(headers.get("content-range", "").strip())
    if match is None:
        return None
    return int(match[1]), None if match[3] == "*" else int(match[3])


def unsatisfied_size(headers: Mapping[str, str]) -> int | None:
    """Read the size of the whole file from a 416; None when it does not tell."""
    match = _UNSATISFIED.fullmatch(headers.get("content-range", "").strip())
    return None if match is None else int(match[1])


def is_all(headers: Mapping[str, str]) -> bool:
    """Return whether a 206 holds the whole file: some servers answer so whatever was asked for."""
    match = _CONTENT_RANGE.fullmatch(headers.get("content-range", "").strip())
    return match is not None and match[3] != "*" and int(match[1]) == 0 and int(match[2]) + 1 == int(match[3])


def whole_size(headers: Mapping[str, str]) -> int | None:
    """Return the size of the file, decompressed, from an answer that holds all of it; None when it does not tell."""
    part = None if codings_of(headers) else content_range(headers)
    return content_length(headers) if part is None else part[1]


def content_length(headers: Mapping[str, str]) -> int | None:
    """Return how long the body is, decompressed; None when it does not tell."""
    if codings_of(headers):
        return None
    value = headers.get("content-length", "").strip()
    return int(value) if value.isdecimal() else None


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.state")
