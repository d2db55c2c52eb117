"""A listing that is followed, as a page shows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ohdio_api.web.words import Words
from ohdio_core.domain.book_form import BookForm
from ohdio_core.domain.queue import DEFAULT_PRIORITY
from ohdio_core.schemas.follows import FollowStatus, FollowView, ListPreview


class FollowCard(NamedTuple):
    """One follow."""

    id: int
    title: str
    link: str  #: where it is asked now
    is_private: bool  #: its link is nobody's to read
    state: str
    is_held: bool  #: nothing of it is fetched before it is confirmed
    is_paused: bool
    has_ended: bool
    is_checked: bool  #: at this moment, or as soon as its site allows
    facts: list[str]
    error: str | None
    note: str | None


def show_follow(follow: FollowView, words: Words) -> FollowCard:
    """Return the card of a follow."""
    is_waiting = follow.status is FollowStatus.WAITING and follow.next_check_at is not None
    return FollowCard(
        id=follow.id,
        title=follow.title or follow.url,
        link=follow.address or follow.url,
        is_private=follow.is_private,
        state=_state(follow, words),
        is_held=follow.is_held,
        is_paused=follow.status is FollowStatus.PAUSED,
        has_ended=follow.status is FollowStatus.ENDED,
        is_checked=follow.status is FollowStatus.CHECKING or (follow.status is FollowStatus.WAITING and not is_waiting),
        facts=list(_facts(follow, words)),
        error=words.translated_text(follow.error, follow.error_message),
        note=words.translated_text(follow.note, follow.note_message),
    )


class AskedList(NamedTuple):
    """What a subscription list would add, for a person to confirm."""

    said: str
    fields: dict[str, str]  #: of the form, to be sent again


def show_list(seen: ListPreview, fields: dict[str, str], words: Words) -> AskedList:
    """Return the question whether a list is meant."""
    _ = words.gettext
    size = words.size(seen.bytes)
    least = "" if seen.is_whole else _("at least") + " "
    said = [
        words.ngettext("%(count)s link", "%(count)s links", seen.links) % {"count": words.number(seen.links)},
        f"{least}{words.books(seen.books)}",
        f"{least}{size}",
    ]
    if seen.disk_free_bytes is not None:
        said.append(_("%(size)s free") % {"size": words.size(seen.disk_free_bytes)})
    return AskedList(" · ".join(said), fields | {"meant": "1"})


def _state(follow: FollowView, words: Words) -> str:
    _ = words.gettext
    if follow.status is FollowStatus.PAUSED:
        return _("Paused")
    if follow.status is FollowStatus.ENDED:
        return _("Ended; check it now to begin again")
    if follow.is_held:
        return _("Held: nothing is fetched before you confirm it")
    if follow.status is FollowStatus.CHECKING or follow.next_check_at is None:
        return words.translated_text(follow.wait_reason, follow.wait_message) or _("Is being checked")
    said = _("Failed; tried again %(time)s") if follow.error is not None else _("Checked again %(time)s")
    return said % {"time": words.at(follow.next_check_at)}


def _facts(follow: FollowView, words: Words) -> Iterator[str]:
    _ = words.gettext
    if not follow.is_held:
        added = words.ngettext("%(num)s book added", "%(num)s books added", follow.added)
        yield added % {"num": words.number(follow.added)}
    if follow.found_at is not None:
        yield _("the last on %(day)s") % {"day": words.day(follow.found_at)}
    if follow.checked_at is not None:
        yield _("checked %(time)s") % {"time": words.at(follow.checked_at)}
    yield from _bounds(follow, words)
    yield from _kept(follow, words)


def _bounds(follow: FollowView, words: Words) -> Iterator[str]:
    _ = words.gettext
    if follow.filters is not None:
        yield _("only what its filters want")
    if follow.most_per_check is not None:
        yield _("%(count)s at a time at most") % {"count": words.number(follow.most_per_check)}
    if follow.most_gigabytes is not None:
        yield _("up to %(size)s in all") % {"size": words.size(follow.most_gigabytes * 1e9)}
    if follow.check_every_hours is not None:
        yield _("every %(time)s") % {"time": words.duration(follow.check_every_hours * 3600)}
    if follow.priority != DEFAULT_PRIORITY:
        yield _("priority %(priority)s") % {"priority": words.number(follow.priority)}


def _kept(follow: FollowView, words: Words) -> Iterator[str]:
    _ = words.gettext
    if follow.keep_newest is not None:
        yield _("keeps the newest %(count)s") % {"count": words.number(follow.keep_newest)}
    if follow.keep_days is not None:
        kept = words.ngettext("keeps each for %(num)s day", "keeps each for %(num)s days", follow.keep_days)
        yield kept % {"num": words.number(follow.keep_days)}
    if follow.form is not None:
        yield (
            _("parts as they are")
            if follow.form == "original"
            else _("as %(form)s") % {"form": BookForm(follow.form).said}
        )
    if follow.as_show is not None:
        yield _("as the episodes of a show") if follow.as_show else _("each in a folder of its own")
    if follow.speed_limit_kb is not None:
        yield _("no faster than %(speed)s") % {"speed": words.speed(follow.speed_limit_kb * 1000)}
