"""Lines for follows: enough to know which one it is, and how it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ohdio_client.cli.output import books
from ohdio_client.cli.speed import spoken
from ohdio_client.language import in_one_language, sentence_of
from ohdio_core.domain.book_form import BookForm
from ohdio_core.domain.queue import DEFAULT_PRIORITY
from ohdio_core.sentences import Sentence, alternatives, sentence

if TYPE_CHECKING:
    from ohdio_core.schemas.follows import FollowView

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def follow_line(follow: FollowView) -> str:
    """Return that something is followed, and how it is."""
    said = sentence("follow.done", "Followed: {name} ({state}).", name=name_of_follow(follow), state=_state(follow))
    # What was wrong with the last check ends as a clause: the line has its own stop.
    text = in_one_language(said)
    return f"{text.removesuffix('.).')})." if text.endswith(".).") else text


def name_of_follow(follow: FollowView) -> str:
    """Return the title of the listing; its link until that is known, or its reference where it is private."""
    return follow.title or follow.url


def state_of(follow: FollowView) -> str:
    """Return how a follow is: when it is checked next, and what was wrong with the last check."""
    # What was wrong with the last check ends as a clause among others.
    return in_one_language(_state(follow)).removesuffix(".")


def _state(follow: FollowView) -> Sentence:
    error = sentence_of(follow.error, follow.error_message)
    if follow.status == "paused":
        return sentence("follow.paused_until_resumed", "paused")
    if follow.is_held:
        shown = sentence("follow.is_held", "held: `ohdio follows {id} --held` shows what of it is had", id=follow.id)
        return shown if error is None else alternatives(shown, error)
    if follow.status == "ended":
        ended = sentence("follow.is_ended", "ended")
        return ended if error is None else alternatives(ended, error)
    if follow.next_check_at is None:
        return sentence_of(follow.wait_reason, follow.wait_message) or sentence("follow.checked_now", "checked now")
    wait = in_words(follow.next_check_at - datetime.now(UTC))
    if error is None:
        return sentence("follow.checked_again", "checked again {wait}", wait=wait)
    return alternatives(sentence("follow.tried_again", "tried again {wait}", wait=wait), error)


def wishes_of(follow: FollowView) -> str | None:
    """Return how a follow is bounded, and what of its books it keeps and how they come; None where all is as usual."""
    said = list(_bounds_of(follow))
    if follow.keep_newest is not None:
        said.append(f"keeps the newest {follow.keep_newest}")
    if follow.keep_days is not None:
        said.append(f"keeps each for {follow.keep_days} days")
    if follow.form is not None:
        said.append("parts as they are" if follow.form == "original" else f"as {BookForm(follow.form).said}")
    if follow.as_show is not None:
        said.append("as the episodes of a show" if follow.as_show else "each in a folder of its own")
    if follow.speed_limit_kb is not None:
        said.append(f"no faster than {spoken(follow.speed_limit_kb)}")
    return ", ".join(said) or None


def _bounds_of(follow: FollowView) -> Iterator[str]:
    if follow.filters is not None:
        yield "only what its filters want"
    if follow.most_per_check is not None:
        yield f"{follow.most_per_check} at a time"
    if follow.most_gigabytes is not None:
        yield f"up to {follow.most_gigabytes:g} GB"
    if follow.check_every_hours is not None:
        yield f"every {follow.check_every_hours:g} h"
    if follow.priority != DEFAULT_PRIORITY:
        yield f"priority {follow.priority}"


def added_by(follow: FollowView) -> str:
    """Return how many books a follow has added."""
    return books(follow.added) if follow.added else "none yet"


def in_words(wait: timedelta) -> Sentence:
    """Return a time from now in the unit that fits: "in 5 h"."""
    if wait <= timedelta(minutes=1):
        return sentence("in.a_minute", "within a minute")
    if wait < 2 * _HOUR:
        return sentence("in.minutes", "in {count} min", count=round(wait / timedelta(minutes=1)))
    if wait < 2 * _DAY:
        return sentence("in.hours", "in {count} h", count=round(wait / _HOUR))
    return sentence("in.days", "in {count} days", count=round(wait / _DAY))
