"""What failed and needs a person: by cause, each with the one thing that helps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ohdio_api.conversions.failures import FailedConversions
from ohdio_api.verification.service import FaultyCount
from ohdio_api.web.words import Words, capital
from ohdio_core.domain.failure_cause import Cause, ConversionRemedy, Remedy
from ohdio_core.schemas.health import HeldBooks
from ohdio_core.schemas.queue import FailureGroup

MOST_TITLES = 3
_MOST_SITES = 2


class Need(NamedTuple):
    """What failed for one cause, or waits for room."""

    listed: str  #: the address of its list
    label: str
    who: str  #: how many books, at which sites
    titles: Sequence[str]
    more: str | None  #: how many books there are besides
    reason: str
    order: str | None  #: the address that the button is sent to; None where nothing helps but time
    button: str
    icon: str
    is_failed: bool = True
    keep: tuple[str, str] | None = None  #: the address and label of a second button: what there is, is kept


def show_need(group: FailureGroup, words: Words) -> Need:
    """Return what the page says of a group."""
    titles = [book.title or book.url for book in group.books[:MOST_TITLES]]
    more = group.items - len(titles)
    order, button, icon = _remedy(group, words)
    return Need(
        listed=f"/?cause={group.cause}",
        label=label_of(group.cause, words),
        who=" · ".join([_count(group, words), *(site.site for site in group.sites[:_MOST_SITES])]),
        titles=titles,
        more=_more(more, words) if more else None,
        reason=capital(words.translated_text(group.reason, group.message) or "", group.message),
        order=None if order is None else f"/failures/{group.cause}/{order}",
        button=button,
        icon=icon,
        keep=_keep(group, words),
    )


def show_held(held: HeldBooks, free: int | None, words: Words) -> Need:
    """Return what the page says of books that wait for room."""
    _, several = words.gettext, words.ngettext
    sizes = [_("%(size)s needed") % {"size": words.size(held.bytes)}]
    if free is not None:
        sizes.append(_("%(size)s free") % {"size": words.size(free)})
    return Need(
        listed="/?held=true",
        label=_("No room on the disk"),
        who=words.books(held.items),
        titles=(),
        more=" · ".join(sizes),
        reason=_("They go on by themselves once there is room."),
        order="/held/collect",
        button=several("Collect it anyway", "Collect them anyway", held.items),
        icon="arrow-down",
        is_failed=False,
    )


def show_unconverted(failed: FailedConversions, words: Words) -> Need:
    """Return what the page says of books that could not be converted."""
    _, several = words.gettext, words.ngettext
    count, titles = failed.books, failed.titles
    beyond = "+" if failed.are_more else ""
    number = {"num": words.number(count) + beyond}
    button, icon = {
        ConversionRemedy.RETRY: (several("Retry it", "Retry all %(num)s", count) % number, "rotate-cw"),
        ConversionRemedy.KEEP: (several("Keep it as it is", "Keep them as they are", count), "check"),
        ConversionRemedy.DISMISS: (several("Dismiss it", "Dismiss all %(num)s", count) % number, "x"),
    }[failed.remedy]
    return Need(
        listed="/library/conversions",
        label=_("Not converted"),
        who=several("%(num)s book", "%(num)s books", count) % number,
        titles=titles,
        more=_more(count - len(titles), words, beyond) if count > len(titles) else None,
        reason=capital(words.translated_text(failed.reason, failed.message) or "", failed.message),
        order=f"/library/conversions/failed/{failed.remedy}",
        button=button,
        icon=icon,
    )


def show_faulty(faulty: FaultyCount, words: Words) -> Need:
    """Return what the page says of books of which files are lost or damaged."""
    _ = words.gettext
    more = faulty.books - len(faulty.titles)
    return Need(
        listed="/library/verify",
        label=_("Lost or damaged files"),
        who=words.books(faulty.books),
        titles=faulty.titles,
        more=_more(more, words) if more else None,
        reason=_("They are not as they were filed."),
        order="/library/verify/fetch",
        button=words.ngettext("Fetch it again", "Fetch them again", faulty.books),
        icon="download",
    )


def _more(count: int, words: Words, beyond: str = "") -> str:
    return words.ngettext("and one more", "and %(num)s more", count) % {"num": words.number(count) + beyond}


def label_of(cause: Cause, words: Words) -> str:
    """Return what pages call a cause."""
    _ = words.gettext
    return {
        Cause.GONE: _("Gone from its site"),
        Cause.LOCKED: _("Not open to everybody"),
        Cause.PROTECTED: _("Protected sound"),
        Cause.ENDLESS: _("Broadcasts without an end"),
        Cause.UNSUPPORTED: _("A kind of sound that is not read"),
        Cause.NO_SOUND: _("No sound where sound should be"),
        Cause.DAMAGED: _("Damaged or too short"),
        Cause.DAMAGED_THERE: _("Damaged at its site"),
        Cause.UNREACHABLE: _("Sites that do not answer"),
        Cause.CHANGED: _("Sites that have changed"),
        Cause.HERE: _("Something went wrong here"),
        Cause.OTHER: _("Failed"),
    }[cause]


def _keep(group: FailureGroup, words: Words) -> tuple[str, str] | None:
    if not group.keepable:
        return None
    label = words.ngettext("Keep %(num)s anyway", "Keep %(num)s anyway", group.keepable)
    return f"/failures/{group.cause}/keep", label % {"num": words.number(group.keepable)}


def _count(group: FailureGroup, words: Words) -> str:
    count = words.books(group.items)
    return count if group.is_whole else words.gettext("at least %(count)s") % {"count": count}


def _remedy(group: FailureGroup, words: Words) -> tuple[str | None, str, str]:
    several, number = words.ngettext, {"num": words.number(group.items)}
    match group.remedy:
        case Remedy.RETRY:
            return "retry", several("Retry it", "Retry all %(num)s", group.items) % number, "rotate-cw"
        case Remedy.REMOVE:
            return "remove", several("Let it go", "Let all %(num)s go", group.items) % number, "x"
    return None, words.gettext("A newer version of ohdio may read it."), "clock"
