"""What a site answers to the questions of one link, written down such that it can be given to anybody."""

from __future__ import annotations

import json
import platform
import socket
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from ohdio.redaction import Redaction
from ohdio_core.domain.audiobook import BookDetails, BookRef, ListingPage, Target, TargetKind
from ohdio_core.errors import OhdioError
from ohdio_core.sources.http import SiteClient
from ohdio_core.sources.http.recording import Exchanged, Fields, RecordingFactory
from ohdio_core.sources.protocol import Diagnosable, Source

T = TypeVar("T")

_MOST_TEXT = 16 * 1024 * 1024  # characters of all answers together
#: What tells how a site answers; anything else may tell who asked.
_KEPT = frozenset(
    {
        *("accept", "accept-ranges", "range", "content-range", "content-type", "content-length", "content-encoding"),
        *("cache-control", "date", "etag", "last-modified", "location", "retry-after", "server", "x-requested-with"),
    }
)
_TEXTS = (
    "text/",
    "application/json",
    "application/xml",
    "application/x",
    "application/vnd.apple.mpegurl",
    "audio/mpegurl",
)


@dataclass(slots=True)
class SiteReport:
    """How reading a link went."""

    source: str
    link: str
    steps: list[dict[str, Any]] = field(default_factory=list)  #: what was tried, and what came of it in words
    is_readable: bool = True


def read_for_report(source: Source, target: Target, factory: RecordingFactory) -> SiteReport:
    """Read a link as a scan, a description and the begin of a download do, but no sound.

    Where that fails, and the source has several ways to read the site, each is tried by itself.
    """
    report = SiteReport(source.name, target.url)
    http = factory.site(source.site_key(target.url))
    _read(source, target, http, report)
    if not report.is_readable and isinstance(source, Diagnosable):
        _step(report, "every way by itself", lambda: list(_ways(source, target, http)), lambda found: found)
    return report


def written(report: SiteReport, factory: RecordingFactory) -> str:
    """Return the report as JSON, without secrets."""
    redaction = Redaction(_own(factory))
    redaction.learn(report.link)
    for exchange in factory.exchanges:
        redaction.learn(exchange.url)
        for name, value in exchange.headers:
            if name == "location":
                redaction.learn(value)
    left = _MOST_TEXT
    exchanges = []
    for exchange in factory.exchanges:
        shown = _shown(exchange, redaction, left)
        left -= len(shown["answer"].get("body") or "")
        exchanges.append(shown)
    told = {
        "ohdio": version("ohdio"),
        "python": platform.python_version(),
        "source": report.source,
        "link": redaction.url(report.link),
        "is readable": report.is_readable,
        "steps": [_redacted(step, redaction) for step in report.steps],
        "requests": exchanges,
        "requests left out": factory.left_out,
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _read(source: Source, target: Target, http: SiteClient, report: SiteReport) -> None:
    ref: BookRef | None = BookRef(target.source, target.url, target.external_id)
    if target.kind is TargetKind.CATEGORY:
        page = _step(
            report,
            "the first page of the listing",
            lambda: next(source.discover(target, http), None),
            _listed,
        )
        report.is_readable = bool(page and page.books)
        ref = page.books[0] if page and page.books else None
    if ref is None:
        return
    book = ref
    details = _step(report, f"the book {book.url}", lambda: source.describe(book, http), _described)
    if details is None or not details.parts:
        report.is_readable = False
        return
    part = details.parts[0]
    media = _step(report, "where its first part is", lambda: source.resolve(book, part, http), lambda found: found.url)
    report.is_readable = report.is_readable and media is not None


def _step(report: SiteReport, what: str, read: Callable[[], T], tell: Callable[[T], Any]) -> T | None:
    """Do one thing and note what came of it; a mistake of ours is a finding like any other."""
    try:
        found = read()
    except OhdioError as error:
        report.steps.append({"what": what, "failed": str(error)})
        return None
    except Exception as error:  # noqa: BLE001 # that a site's answer is more than we can bear is what a report is for
        report.steps.append({"what": what, "failed": f"a mistake of ohdio: {type(error).__name__}: {error}"})
        return None
    report.steps.append({"what": what, "found": tell(found)})
    return found


def _ways(source: Diagnosable, target: Target, http: SiteClient) -> Iterator[dict[str, Any]]:
    for choice in source.choices(target, http):
        for outcome in choice.outcomes():
            came = "works" if outcome.error is None else outcome.error
            yield {"what": str(choice.what), "way": outcome.name, "outcome": came, "completeness": outcome.completeness}


def _listed(page: ListingPage | None) -> dict[str, Any]:
    return {} if page is None else {"title": page.title, "books": len(page.books), "total": page.total}


def _described(details: BookDetails) -> dict[str, Any]:
    return {"title": details.title, "authors": list(details.authors), "parts": len(details.parts)}


def _own(factory: RecordingFactory) -> list[str]:
    """Return what would tell whose machine this is."""
    overrides = factory.settings.host_overrides.values()
    return [str(Path.home()), socket.gethostname(), *(origin.partition("://")[2] for origin in overrides)]


def _shown(exchange: Exchanged, redaction: Redaction, most: int) -> dict[str, Any]:
    request = {
        "method": exchange.method,
        "url": redaction.url(exchange.url),
        "headers": _headers(exchange.request_headers, redaction),
        "body": redaction.text(exchange.request_body.decode("utf-8", "replace")) or None,
    }
    answer: dict[str, Any] = {"status": exchange.status, "headers": _headers(exchange.headers, redaction)}
    if exchange.error is not None:
        answer["error"] = redaction.text(exchange.error)
    answer["size"] = exchange.size
    body = _body(exchange)
    if body is not None:
        shown = redaction.text(body)[: max(most, 0)]
        answer["body"] = shown
        answer["is cut"] = len(exchange.body) < exchange.size or len(shown) >= max(most, 0)
    return {"request": request, "answer": answer}


def _headers(fields: Fields, redaction: Redaction) -> dict[str, str]:
    return {
        name: redaction.url(value) if name == "location" else redaction.text(value)
        for name, value in fields
        if name in _KEPT
    }


def _body(exchange: Exchanged) -> str | None:
    """Return the body as text, decompressed; None for sound, pictures and what else is no text."""
    fields = dict(exchange.headers)
    body = bytes(exchange.body)
    if fields.get("content-encoding", "").strip().lower() in ("gzip", "x-gzip", "deflate"):
        try:
            body = zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(body, _MOST_TEXT)
        except zlib.error:
            return None
    is_text = fields.get("content-type", "text/").strip().lower().startswith(_TEXTS)
    return body.decode("utf-8", "replace") if is_text and b"\0" not in body[:1024] else None


def _redacted(value: Any, redaction: Redaction) -> Any:
    if isinstance(value, dict):
        return {name: _redacted(each, redaction) for name, each in value.items()}
    if isinstance(value, list):
        return [_redacted(each, redaction) for each in value]
    return redaction.text(value) if isinstance(value, str) else value
