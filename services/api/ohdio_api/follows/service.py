"""Following listings, and reading what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from sqlalchemy import func, or_, select

from ohdio_api.attempts import read_attempts
from ohdio_api.follows.held import HeldFollows
from ohdio_api.follows.private import PrivateFollows
from ohdio_api.follows.shown import GIGABYTE, show_follows
from ohdio_api.follows.taken import stored_take
from ohdio_api.interrupted import find_interrupted
from ohdio_api.keyset import PageRequest, SortKey, read_page
from ohdio_api.problems import Refusal
from ohdio_api.search import is_of_link
from ohdio_api.submissions.recognition import Recognised, WantedAs, recognise
from ohdio_core.collection import follows
from ohdio_core.collection.acts import note
from ohdio_core.db.follow_models import Follow
from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.domain.act import Act
from ohdio_core.domain.audiobook import TargetKind
from ohdio_core.domain.book_form import form_named
from ohdio_core.domain.following import FollowBounds, Keeping
from ohdio_core.domain.typed_link import complete_link
from ohdio_core.errors import PermanentError
from ohdio_core.library import Library
from ohdio_core.schemas.attempts import AttemptView
from ohdio_core.schemas.folder_imports import FolderOrder
from ohdio_core.schemas.follows import FollowChange, FollowOrder, FollowStatus, FollowView
from ohdio_core.schemas.pages import Order, Page
from ohdio_core.schemas.portable import PortableFollow
from ohdio_core.sentences import sentence
from ohdio_core.sources.canonical import canonical_url
from ohdio_core.sources.private import has_credentials
from ohdio_core.sources.registry import SourceRegistry
from ohdio_core.vault import Vault
from ohdio_core.work.stages import FOLLOWING

_ADDED = SortKey("added", Follow.id.expression, int)
_PAGE = 200


class FollowService:
    """Listings that are checked again and again."""

    def __init__(self, database: Database, registry: SourceRegistry, vault: Vault, library: Library) -> None:
        self.database = database
        self.registry = registry
        self.library = library
        self.private = PrivateFollows(database, vault)
        self.held = HeldFollows(database)

    @property
    def has_shows(self) -> bool:
        """Return whether books can be filed as the episodes of shows: not in a bucket."""
        return self.library.folder is not None

    def add(self, order: FollowOrder, *, held_against: FolderOrder | None = None) -> tuple[FollowView, bool]:
        """Follow a listing; return it and whether it is new. One that is followed already keeps its own wishes.

        Args:
            held_against: The folder that it is compared with before anything is fetched; of one that is held already
                another one.

        Raises:
            Refusal: Nobody can follow the link, or it leads to a single book; or it cannot be compared with the folder,
                or its books not be filed as wished.
        """
        self._require_shows(order.as_show)
        wishes = replace(_wishes(order), is_held=held_against is not None)
        is_private = order.is_private or has_credentials(order.url)
        link = None if is_private else self._listing(order.url)
        with self.database.unit_of_work() as work:
            if link is None:
                follow_id, is_new = self.private.add(work, order.url, wishes)
            else:
                follow_id, is_new = follows.add_follow(work, link.target, link.site_key, wishes)
                note(work, Act.FOLLOWED, link.target.url, items=int(is_new))
            if held_against is not None:
                self.held.begin(work, follow_id, held_against)
        return self.get(follow_id), is_new

    def take_over(self, follow: PortableFollow) -> bool:
        """Follow a listing that was followed elsewhere, and go on where that was; return whether it is new here.

        Raises:
            Refusal: Nobody can follow the link, or it leads to a single book.
        """
        link = self._listing(follow.url)
        with self.database.unit_of_work() as work:
            follow_id, is_new = follows.add_follow(work, link.target, link.site_key, _wishes(follow))
            if is_new:
                follows.take_over(work, follow_id, follow.met, has_begun=follow.has_begun, show=follow.show)
                if follow.is_paused:
                    follows.pause_follow(work, follow_id)
            note(work, Act.FOLLOWED, link.target.url, items=int(is_new))
        return is_new

    def _listing(self, url: str) -> Recognised:
        """Return what a link leads to, if that can be followed.

        Raises:
            Refusal: It cannot.
        """
        try:
            link = recognise(self.registry, url, WantedAs.BOOKS)
        except PermanentError as error:
            raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, error.sentence) from error
        if link.target.kind is not TargetKind.CATEGORY:
            raise Refusal(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                sentence(
                    "follow.no_listing",
                    "{link} is a single book, to which nothing is ever added; a category, feed, author or search can "
                    "be followed.",
                    link=link.target.url,
                ),
            )
        return link

    def page(self, *, url: str | None = None, cursor: str | None, limit: int) -> Page[FollowView]:
        """Read a page of follows, the newest first.

        Args:
            url: Only what this link leads to, however it is written, or has moved there.

        Raises:
            Refusal: The cursor is not one of this list.
        """
        query = select(Follow)
        if url is not None:
            has_moved_there = Follow.address.in_([url, canonical_url(complete_link(url))])
            query = query.where(or_(is_of_link(Follow, self.registry, url), has_moved_there))
        with self.database.reading() as session:
            request = PageRequest(_ADDED, Order.DESC, cursor, limit)
            rows, following = read_page(session, query, Follow.id, request)
            return Page(items=show_follows(session, [row.Follow for row in rows]), next=following)

    def every(self) -> Iterator[FollowView]:
        """Yield all follows, the newest first."""
        cursor = None
        while True:
            page = self.page(cursor=cursor, limit=_PAGE)
            yield from page.items
            if (cursor := page.next) is None:
                return

    def get(self, follow_id: int) -> FollowView:
        """Read one follow.

        Raises:
            Refusal: There is none.
        """
        if found := self.follows([follow_id]):
            return found[0]
        raise _missing(follow_id)

    def interrupted(self) -> Sequence[int]:
        """Read the ids of follows whose check was interrupted."""
        with self.database.reading() as session:
            return find_interrupted(session, Follow)

    def follows(self, ids: Sequence[int]) -> list[FollowView]:
        """Read these follows; those that are gone are left out."""
        with self.database.reading() as session:
            rows = session.execute(select(Follow).where(Follow.id.in_(ids)).order_by(Follow.id)).scalars().all()
            return show_follows(session, rows)

    def checks(self, follow_id: int) -> list[AttemptView]:
        """Read what became of the checks of a follow, the newest first.

        Raises:
            Refusal: There is none.
        """
        with self.database.reading() as session:
            if session.get(Follow, follow_id) is None:
                raise _missing(follow_id)
            return read_attempts(session, follow_id, [FOLLOWING])

    def followed_among(self, urls: Sequence[str]) -> set[str]:
        """Return which of these canonical links are followed."""
        if not urls:
            return set()
        with self.database.reading() as session:
            return set(session.execute(select(Follow.url).where(Follow.url.in_(urls))).scalars())

    def change(self, follow_id: int, change: FollowChange) -> FollowView:
        """Change what is wanted of a listing from its next check on; what is not named stays.

        Raises:
            Refusal: There is none, its books cannot be filed as wished, or its link cannot be changed so.
        """
        self._require_shows(change.as_show)
        with self.database.unit_of_work() as work:
            if not follows.change_follow(work, follow_id, _columns(change)):
                raise _missing(follow_id)
            if change.url is not None:
                self.private.change(work, follow_id, change.url)
            _note(work, Act.FOLLOW_CHANGED, follow_id)
        # Nothing can be refused from here on.
        while not self._is_speed_passed_on(follow_id):
            pass
        return self.get(follow_id)

    def _is_speed_passed_on(self, follow_id: int) -> bool:
        """Pass a follow's speed on to some of its books; return whether that was all of them."""
        with self.database.unit_of_work() as work:
            return follows.pass_on_speed(work, follow_id)

    def pause(self, follow_id: int) -> FollowView:
        """Check a listing no more until it is resumed.

        Raises:
            Refusal: There is none.
        """
        return self._order(follows.pause_follow, Act.FOLLOW_PAUSED, follow_id)

    def resume(self, follow_id: int) -> FollowView:
        """Go on with a paused follow, with a check at once.

        Raises:
            Refusal: There is none.
        """
        return self._order(follows.resume_follow, Act.FOLLOW_RESUMED, follow_id)

    def check(self, follow_id: int) -> FollowView:
        """Check a listing now.

        Raises:
            Refusal: There is none, or it is paused.
        """
        with self.database.unit_of_work() as work:
            is_due = follows.check_now(work, follow_id)
        shown = self.get(follow_id)
        if not is_due and shown.status is FollowStatus.PAUSED:
            raise Refusal(
                HTTPStatus.CONFLICT,
                sentence("follow.is_paused", "The follow {id} is paused; resume it to have it checked.", id=follow_id),
            )
        return shown

    def end(self, follow_id: int) -> None:
        """End a follow; what it has added stays.

        Raises:
            Refusal: There is none.
        """
        with self.database.unit_of_work() as work:
            _note(work, Act.FOLLOW_ENDED, follow_id)
            if not follows.end_follow(work, follow_id):
                raise _missing(follow_id)
        self.held.settle(follow_id)

    def _order(self, order: Callable[[UnitOfWork, int], bool], act: Act, follow_id: int) -> FollowView:
        with self.database.unit_of_work() as work:
            if not order(work, follow_id):
                raise _missing(follow_id)
            _note(work, act, follow_id)
        return self.get(follow_id)

    def _require_shows(self, as_show: bool | None) -> None:
        """Return if books can be filed as episodes of shows, where that is wished."""
        if as_show and not self.has_shows:
            raise Refusal(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                sentence(
                    "follow.no_shows",
                    "In a library in a bucket every book gets a folder of its own; none is filed as an episode of a "
                    "show.",
                ),
            )


def _wishes(order: FollowOrder) -> follows.FollowWishes:
    stored = stored_take(order.take)
    return follows.FollowWishes(
        take=stored.take,
        newest=stored.newest,
        from_day=stored.from_day,
        filters=order.filters.filters(),
        bounds=FollowBounds(order.most_per_check, _bytes(order.most_gigabytes)),
        priority=order.priority,
        check_every=_hours(order.check_every_hours),
        keeping=Keeping(order.keep_newest, _days(order.keep_days)),
        form=form_named(order.form),
        speed_limit_kb=order.speed_limit_kb,
        as_show=order.as_show,
    )


def _note(work: UnitOfWork, act: Act, follow_id: int) -> None:
    """Write down what a person has ordered of a follow, by the title or link of its listing."""
    named = select(func.coalesce(Follow.title, Follow.url)).where(Follow.id == follow_id)
    note(work, act, work.session.execute(named).scalar())


def _columns(change: FollowChange) -> dict[str, Any]:
    """Return what is to be changed, by the names of columns."""
    filters = None if change.filters is None else change.filters.filters()
    every: dict[str, tuple[str, Any]] = {
        "filters": ("filters", filters),
        "priority": ("priority", change.priority),
        "most_per_check": ("most_per_check", change.most_per_check),
        "most_gigabytes": ("most_bytes", _bytes(change.most_gigabytes)),
        "check_every_hours": ("check_every", _hours(change.check_every_hours)),
        "keep_newest": ("keep_newest", change.keep_newest),
        "keep_days": ("keep_for", _days(change.keep_days)),
        "form": ("form", change.form),
        "speed_limit_kb": ("speed_limit_kb", change.speed_limit_kb),
        "as_show": ("as_show", change.as_show),
    }
    given = change.model_fields_set - {"url"} - ({"priority"} if change.priority is None else set())
    return dict(every[name] for name in given)


def _missing(follow_id: int) -> Refusal:
    return Refusal(HTTPStatus.NOT_FOUND, follows.no_such_follow(follow_id))


def _bytes(gigabytes: float | None) -> int | None:
    return None if gigabytes is None else round(gigabytes * GIGABYTE)


def _hours(hours: float | None) -> timedelta | None:
    return None if hours is None else timedelta(hours=hours)


def _days(days: int | None) -> timedelta | None:
    return None if days is None else timedelta(days=days)
