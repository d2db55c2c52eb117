"""What the row of a follow says when a check begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ohdio_core.collection.filters import decode_filters
from ohdio_core.collection.follows import Followed
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import Database
from ohdio_core.domain.audiobook import BookRef, Target, TargetKind
from ohdio_core.domain.book_form import form_named
from ohdio_core.domain.following import Hold, Take
from ohdio_core.domain.queue import StopReason
from ohdio_core.domain.rhythm import Rhythm
from ohdio_core.sources.http import Validators
from ohdio_core.trace import new_trace
from ohdio_core.work.claim import Claim
from ohdio_core.work.outcome import Stopped

_LOAD = NamedSql(__name__).statement("load")


@dataclass(frozen=True, slots=True)
class FollowToCheck:
    """A follow, as it is when a check begins."""

    target: Target
    site_key: str
    address: str | None  #: where it is asked, if that is not its own link
    title: str | None
    is_feed: bool  #: it was one when it was last read
    take: Take
    newest: int | None
    from_day: date | None  #: what appeared from then on is taken, too; of these the newest, where there are bounds
    has_begun: bool
    has_left: bool  #: an earlier check may not have come to the end of what was new
    most_per_check: int | None
    most_bytes: int | None
    check_every: timedelta | None
    validators: Validators | None
    rhythm: Rhythm
    since: datetime  #: when it was made
    is_decided: bool  #: what becomes of what it held, and whoever saw to that was cut off
    is_speed_to_pass_on: bool  #: it was changed, and whoever passed it on to its books was cut off
    adds: Followed

    def is_in_time(self, book: BookRef) -> bool:
        """Return whether a book appeared on the day from which they are wanted, where it was, or later."""
        return self.from_day is None or (book.published is not None and book.published.date() >= self.from_day)

    @property
    def leaves_what_was_there(self) -> bool:
        """Return whether this check finds out what was there before, which is not added by itself."""
        return not self.has_begun and self.take is not Take.EVERYTHING and not self.adds.is_held


def load_follow(database: Database, claim: Claim) -> FollowToCheck:
    """Return what a follow is when a check begins.

    Raises:
        Stopped: It was ended.
    """
    with database.reading() as session:
        row = session.execute(_LOAD, {"id": claim.id}).one_or_none()
    if row is None:
        raise Stopped(StopReason.LEASE_LOST)
    filters = decode_filters(row.filters)
    # That it moved may have been a mistake: as long as checks fail, every other one asks the listing's own link.
    is_led_back = row.address is not None and claim.setbacks % 2 == 1
    is_known = row.has_begun and row.validators and not is_led_back
    take, newest = _taken(Take(row.take), row.newest, row.from_day, row.keep_newest)
    return FollowToCheck(
        target=Target(TargetKind.CATEGORY, row.source, row.url, row.external_id),
        site_key=row.politeness_key,
        address=None if is_led_back else row.address,
        title=row.title,
        is_feed=row.is_feed,
        take=take,
        newest=newest,
        from_day=row.from_day,
        has_begun=row.has_begun,
        has_left=row.has_left,
        most_per_check=None if row.hold else row.most_per_check,
        check_every=row.check_every,
        validators=Validators(**row.validators) if is_known else None,
        rhythm=Rhythm(row.quiet_for or timedelta(), frozenset(row.skipped_hours)),
        most_bytes=None if row.hold else row.most_bytes,
        since=row.created_at,
        is_decided=row.hold in {Hold.CONFIRMED, Hold.ENDING},
        is_speed_to_pass_on=bool(row.speeds_before),
        adds=Followed(
            claim.id,
            filters,
            row.priority,
            claim.trace_id or new_trace(),
            form_named(row.form),
            is_held=row.hold is not None,
            as_show=row.as_show,
        ),
    )


def _taken(take: Take, newest: int | None, from_day: date | None, kept: int | None) -> tuple[Take, int | None]:
    """Return what is taken of what was there before: no more than stays, as the rest would be fetched to be let go."""
    if kept is None or (take is Take.NEW and from_day is None):
        return take, newest
    return Take.NEWEST, kept if newest is None else min(newest, kept)
