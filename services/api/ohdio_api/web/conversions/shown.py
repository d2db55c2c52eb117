"""Conversions of books, as pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ohdio_api.web.parts.naming import letter_of, tint_of
from ohdio_api.web.words import Words
from ohdio_core.domain.book_form import BookForm
from ohdio_core.domain.failure_cause import ConversionRemedy
from ohdio_core.schemas.conversions import ConversionState, ConversionView


class ShownConversion(NamedTuple):
    """One book that is to become one file."""

    id: int
    title: str
    letter: str  #: stands where no cover is
    tint: int
    form: str
    said: str  #: how far it is
    more: str  #: how long it takes still
    why: str | None  #: why it waits or has failed
    state: ConversionState
    remedy: ConversionRemedy | None  #: where it failed
    percent: int | None  #: of what is encoded; None where nothing is, or it does not run


def show_conversion(conversion: ConversionView, words: Words) -> ShownConversion:
    """Return what pages say of a conversion."""
    title, percent = conversion.title or conversion.url, _percent(conversion)
    failed = words.translated_text(conversion.error, conversion.error_message)
    waits = words.translated_text(conversion.wait_reason, conversion.wait_message)
    return ShownConversion(
        id=conversion.id,
        title=title,
        letter=letter_of(title),
        tint=tint_of(conversion.id),
        form=BookForm(conversion.form).said,
        said=_said(conversion, percent, words),
        more=_more(conversion, words),
        why=failed or waits,
        state=conversion.state,
        remedy=conversion.remedy,
        percent=percent,
    )


def _said(conversion: ConversionView, percent: int | None, words: Words) -> str:
    _ = words.gettext
    match conversion.state:
        case ConversionState.FAILED:
            return _("Not converted")
        case ConversionState.PAUSED:
            return _("Paused")
        case ConversionState.WAITING:
            return _("Waiting")
    if percent is None:
        return _("Converting")
    return _("%(percent)s %% encoded") % {"percent": words.number(percent)}


def _more(conversion: ConversionView, words: Words) -> str:
    left = conversion.eta_seconds
    if left is None or conversion.state is not ConversionState.RUNNING:
        return ""
    return words.gettext("%(time)s left") % {"time": words.duration(max(1.0, left))}


def _percent(conversion: ConversionView) -> int | None:
    if conversion.state is not ConversionState.RUNNING or BookForm(conversion.form).bit_rate is None:
        return None
    if not conversion.seconds_total:
        return 0
    return min(99, int(100 * conversion.seconds_done / conversion.seconds_total))


def about(seconds: float, words: Words) -> str:
    """Return how long something takes, about."""
    return words.gettext("about %(time)s") % {"time": words.duration(max(1.0, seconds))}


def encodable(suffixes: Sequence[str]) -> bool:
    """Return whether files of a book, by the suffixes of their names, are one M4B only once they are encoded."""
    return bool(suffixes) and any(suffix not in {".m4a", ".m4b"} for suffix in suffixes)
