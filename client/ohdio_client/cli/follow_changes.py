"""What an order has changed of a follow: a sentence for each option of `ohdio follows`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ohdio_client.cli.follow_lines import name_of_follow
from ohdio_core.domain.book_form import BookForm
from ohdio_core.domain.queue import DEFAULT_PRIORITY
from ohdio_core.sentences import Sentence, sentence, together

if TYPE_CHECKING:
    from ohdio_core.schemas.follows import FollowView


def said_of_order(order: str, follow: FollowView, change: Mapping[str, object]) -> Sentence:
    """Return what became of a follow by an order.

    Args:
        change: As the API takes it, where something of the follow was to be changed.
    """
    name = name_of_follow(follow)
    match order:
        case "check":
            return sentence("follows.checked", "Checked now: {name}.", name=name)
        case "pause":
            return sentence("follows.paused", "Paused: {name}.", name=name)
        case "resume":
            return sentence("follows.resumed", "Resumed: {name}. It is checked now.", name=name)
        case "end":
            return sentence("follows.ended", "Followed no more: {name}. What it has added stays.", name=name)
    return sentence("follows.changed", "Changed: {name}. {changes}", name=name, changes=together(*_changes(change)))


def _changes(change: Mapping[str, object]) -> list[Sentence]:
    keeps = {name: change[name] for name in ("keep_newest", "keep_days") if name in change}
    if keeps and not any(keeps.values()):
        kept = [sentence("follows.keeps_all", "It keeps all that it has added.")]
    else:
        kept = [_SAID[name](value) for name, value in keeps.items()]
    return kept + [_SAID[name](value) for name, value in change.items() if name not in keeps]


def _newest(count: Any) -> Sentence:
    return sentence(
        "follows.keeps_newest",
        "It keeps the newest {count} of what it has added; the others go to the trash.",
        count=count,
    )


def _days(days: Any) -> Sentence:
    return sentence("follows.keeps_days", "What it has added goes to the trash after so many days: {days}.", days=days)


def _form(form: Any) -> Sentence:
    if form == BookForm.ORIGINAL:
        return sentence("follows.form_original", "Its books are filed in their parts, as its site has them.")
    return sentence("follows.form", "Its books are filed as {form}.", form=BookForm(form).said)


def _place(as_show: Any) -> Sentence:
    if as_show:
        return sentence("follows.as_show", "What it adds is filed as the episodes of a show.")
    return sentence("follows.as_books", "What it adds is filed in folders of their own.")


def _speed(kilobytes: Any) -> Sentence:
    if kilobytes is None:
        return sentence("follows.any_speed", "Its books come as fast as they can.")
    return sentence("follows.speed", "Each of its books comes no faster than {speed} kB/s.", speed=kilobytes)


def _filters(filters: Any) -> Sentence:
    if filters is None:
        return sentence("follows.any_book", "It adds any book.")
    return sentence("follows.filters", "It adds only what its filters want, from now on.")


def _at_most(count: Any) -> Sentence:
    if count is None:
        return sentence("follows.any_number", "Each check adds all that is new.")
    return sentence("follows.at_most", "Each check adds at most so many books: {count}.", count=count)


def _cap(gigabytes: Any) -> Sentence:
    if gigabytes is None:
        return sentence("follows.any_size", "It adds books however many GB they have.")
    return sentence("follows.cap", "It adds nothing more once its books have {size:g} GB.", size=gigabytes)


def _every(hours: Any) -> Sentence:
    if hours is None:
        return sentence("follows.as_usual", "It is checked as often as the settings say.")
    return sentence("follows.every", "It is checked every {hours:g} h.", hours=hours)


def _priority(priority: Any) -> Sentence:
    if priority == DEFAULT_PRIORITY:
        return sentence("follows.usual_priority", "What it adds has the usual priority.")
    return sentence("follows.priority", "What it adds has the priority {priority}.", priority=priority)


def _link(_: Any) -> Sentence:
    return sentence("follows.other_link", "It is asked where its new link leads.")


_SAID: Mapping[str, Callable[[Any], Sentence]] = {
    "keep_newest": _newest,
    "keep_days": _days,
    "form": _form,
    "as_show": _place,
    "speed_limit_kb": _speed,
    "filters": _filters,
    "most_per_check": _at_most,
    "most_gigabytes": _cap,
    "check_every_hours": _every,
    "priority": _priority,
    "url": _link,
}
