"""What is said of a scan: how far it is, what it found, and why it waits or ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ohdio_client.counted_books import books_in_sentence
from ohdio_client.language import sentence_of
from ohdio_client.left_out import remark
from ohdio_client.unwanted import unwanted
from ohdio_core.schemas.scrapes import ScrapeStatus
from ohdio_core.sentences import Sentence, alternatives, listed, sentence, together_if_any

if TYPE_CHECKING:
    from ohdio_core.schemas.scrapes import ScrapeView


def scan_said(scan: ScrapeView) -> Sentence:
    """Return what is said of a scan in one line."""
    if scan.status is ScrapeStatus.SCRAPING:
        return _under_way(scan)
    if scan.status is not ScrapeStatus.COMPLETED and not scan.found:
        return _without_books(scan)
    return _with_books(scan)


def _name(scan: ScrapeView) -> str:
    return scan.title or scan.url


def _under_way(scan: ScrapeView) -> Sentence:
    found = books_in_sentence(scan.found)
    reason = sentence_of(scan.wait_reason, scan.wait_message)
    if reason is None:
        return sentence("scan.scanning", "Scanning {name}: {found} so far", name=_name(scan), found=found)
    return sentence(
        "scan.waits", "Scanning {name}: {found} so far; waiting: {reason}", name=_name(scan), found=found, reason=reason
    )


def _without_books(scan: ScrapeView) -> Sentence:
    error = sentence_of(scan.error, scan.error_message)
    if scan.status is not ScrapeStatus.FAILED:
        return sentence("scan.was_cancelled", "The scan of {name} was cancelled.", name=_name(scan))
    if error is None:
        return sentence("scan.failed", "The scan of {name} failed.", name=_name(scan))
    return sentence("scan.failed_as", "The scan of {name} failed: {error}", name=_name(scan), error=error)


def _with_books(scan: ScrapeView) -> Sentence:
    said = sentence("scan.found", "Found {found} in {name}", found=books_in_sentence(scan.found), name=_name(scan))
    if scan.known:
        said = listed(said, sentence("scan.known", "{known} known already", known=scan.known))
    if scan.unwanted:
        said = alternatives(said, unwanted(scan.unwanted))
    whole = together_if_any(
        sentence("scan.stop", "{said}.", said=said),
        remark(scan.left_out, scan.left_out_messages, sentence_of(scan.note, scan.note_message)),
        None if scan.status is ScrapeStatus.COMPLETED else _ended_early(scan),
    )
    return whole or said


def _ended_early(scan: ScrapeView) -> Sentence:
    error = sentence_of(scan.error, scan.error_message) or sentence("scan.cancelled_in_a_word", "cancelled")
    return sentence("scan.ended_early", "The scan ended early: {error}", error=error)
