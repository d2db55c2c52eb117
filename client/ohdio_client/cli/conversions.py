"""``ohdio convert --status``, ``--pause``, ``--resume`` and ``--cancel``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ohdio_client.cli.matching import NOT_ALL
from ohdio_client.cli.no_match import none_converted_has
from ohdio_client.cli.output import books, print_error, print_json, print_line
from ohdio_client.language import in_one_language, sentence_of, translated
from ohdio_core.domain.book_form import BookForm
from ohdio_core.domain.text_folding import fold_text
from ohdio_core.sentences import Sentence, about, listed, sentence, together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ohdio_client.api.client import Client
    from ohdio_core.schemas.conversions import ConversionView

Action = Literal["pause", "resume", "cancel"]
_DONE = {"pause": "Paused", "resume": "Going on", "cancel": "Cancelled"}


def list_conversions(client: Client, asked: str | None, *, as_json: bool) -> None:
    """Print what is converted, and what could not be."""
    found = _matching(client, asked)
    if as_json:
        print_json({"items": found})
        return
    print_line(*(line_of(each) for each in found) if found else [_nothing(asked)])


def settle_conversions(client: Client, asked: str | None, action: Action, *, as_json: bool) -> None:
    """Pause conversions, let them go on, or cancel them: those with these words, or all."""
    from ohdio_client.api.errors import ItemRefused

    found, changed, refused = _matching(client, asked), [], []
    for each in found:
        try:
            if action == "cancel":
                client.conversions.cancel(each.id)
            else:
                client.conversions.settle(each.id, action)
            changed.append(each)
        except ItemRefused as error:
            refused.append((each, error))
    if as_json:
        said = [{"url": each.url, "detail": str(why)} for each, why in refused]
        print_json({"changed": len(changed), "refused": said})
    elif not found:
        print_line(_nothing(asked))
    else:
        print_line(f"{_DONE[action]}: {books(len(changed))}.", *(f"  {each.title or each.url}" for each in changed))
    for each, why in refused:
        print_error(why.shown_of(each.title or each.url))
    if refused:
        raise SystemExit(NOT_ALL)


def _nothing(asked: str | None) -> str:
    return "Nothing is to be converted." if asked is None else translated(none_converted_has(asked))


def line_of(conversion: ConversionView) -> str:
    """Return what is said of a conversion in one line."""
    form = BookForm(conversion.form).said
    return in_one_language(about(f"{conversion.title or conversion.url} → {form}", stands(conversion)))


def stands(conversion: ConversionView) -> Sentence:
    """Return how far a conversion is, or why it is not."""
    match conversion.state:
        case "failed":
            error = sentence_of(conversion.error, conversion.error_message)
            failed = sentence("conversion.failed", "not converted.")
            return failed if error is None else together(failed, error)
        case "running":
            return _encoded(conversion)
        case "waiting":
            reason = sentence_of(conversion.wait_reason, conversion.wait_message)
            waiting = sentence("conversion.waiting", "waiting.")
            return waiting if reason is None else together(waiting, reason)
    return sentence("conversion.paused", "paused")


def _encoded(conversion: ConversionView) -> Sentence:
    if not conversion.seconds_total:
        return sentence("conversion.running", "running")
    percent = min(99, int(100 * conversion.seconds_done / conversion.seconds_total))
    encoded = sentence("conversion.encoded", "{percent} % encoded", percent=percent)
    if conversion.eta_seconds is None:
        return encoded
    return listed(encoded, sentence("conversion.left", "{time} left", time=how_long(conversion.eta_seconds)))


def how_long(seconds: float) -> Sentence:
    """Return how long something takes: "about 12 minutes"."""
    if seconds < 90:
        return sentence("how_long.seconds", "about {count} s", count=max(1, round(seconds)))
    minutes = round(seconds / 60)
    if minutes < 100:
        return sentence("how_long.minutes", "about {count} minutes", count=minutes)
    return sentence("how_long.hours", "about {count} hours", count=round(minutes / 60))


def _matching(client: Client, asked: str | None) -> Sequence[ConversionView]:
    words = fold_text(asked or "").split()
    return [each for each in client.conversions.every() if all(word in _sought_in(each) for word in words)]


def _sought_in(conversion: ConversionView) -> str:
    return fold_text(" ".join([conversion.title or conversion.url, *conversion.authors]))
