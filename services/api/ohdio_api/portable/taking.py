"""Taking in what people have decided elsewhere. The same once more changes nothing."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError

from ohdio_api.follows.service import FollowService
from ohdio_api.invalid import in_a_form, wrong_fields
from ohdio_api.listeners.service import ListenerService
from ohdio_api.live_settings.service import SettingsService
from ohdio_api.portable.tally import Tally
from ohdio_api.problems import Refusal
from ohdio_api.submissions.recognition import WantedAs, recognise
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import Database
from ohdio_core.errors import PermanentError
from ohdio_core.schemas.body import Body
from ohdio_core.schemas.portable import (
    HadReport,
    PortableFollow,
    PortableOrder,
    PortablePosition,
    PortableReport,
    PortableUnwanted,
)
from ohdio_core.schemas.settings import SettingSource, SettingView
from ohdio_core.sentences import about, sentence
from ohdio_core.sources.registry import SourceRegistry

_SQL = NamedSql(__name__)
_ADD_UNWANTED = _SQL.statement("add_unwanted")
_ADD_POSITIONS = _SQL.statement("add_positions")
_AT_ONCE = 1_000
_LONGEST_NAMED = 200  # characters

#: Where yt-dlp's own ids lead, by the names of its extractors. Others have ids from which no link follows.
_LINKS = {
    "archiveorg": "https://archive.org/details/{id}",
    "dailymotion": "https://www.dailymotion.com/video/{id}",
    "vimeo": "https://vimeo.com/{id}",
    "youtube": "https://www.youtube.com/watch?v={id}",
}
_ARCHIVED = re.compile(r"([a-z0-9:._+-]+) ([\w.-]{1,200})", re.ASCII)

Entry = TypeVar("Entry", bound=Body)


class TakingService:
    """Takes in documents."""

    def __init__(
        self,
        database: Database,
        registry: SourceRegistry,
        follows: FollowService,
        listeners: ListenerService,
        settings: SettingsService,
    ) -> None:
        self.database = database
        self.registry = registry
        self._follows = follows
        self._listeners = listeners
        self._settings = settings

    def take(self, order: PortableOrder) -> PortableReport:
        """Take in a document, and return what became of it."""
        follows, unwanted, positions, settings = Tally(), Tally(), Tally(), Tally()
        for follow in _judged(PortableFollow, order.follows, follows):
            self._take_follow(follow, follows)
        self._take_unwanted(list(_judged(PortableUnwanted, order.unwanted, unwanted)), unwanted)
        self._take_positions(list(_judged(PortablePosition, order.positions, positions)), positions)
        for name, value in order.settings.items():
            self._take_setting(name, value, settings)
        every = (follows, unwanted, positions, settings)
        return PortableReport(
            follows=follows.view(),
            unwanted=unwanted.view(),
            positions=positions.view(),
            settings=settings.view(),
            problems=Tally.problems_of(*every),
        )

    def take_had(self, document: str) -> HadReport:
        """Count what a file names as had: scans and follows leave it out until somebody asks for its own link."""
        books = Tally()
        marks: list[PortableUnwanted] = []
        unknown = Counter[str]()
        for line in dict.fromkeys(filter(None, map(str.strip, document.lstrip("\ufeff").splitlines()))):
            if line.startswith("#"):
                continue
            archived = _ARCHIVED.fullmatch(line)
            if archived is not None and archived[1] not in _LINKS:
                unknown[archived[1]] += 1
                continue
            link = line if archived is None else _LINKS[archived[1]].format(id=archived[2])
            try:
                target = recognise(self.registry, link, WantedAs.BOOKS).target
            except PermanentError as error:
                books.refuse(error.sentence)
            else:
                marks.append(PortableUnwanted(source=target.source, external_id=target.external_id, url=target.url))
        for extractor, count in unknown.items():
            said = sentence(
                "had.no_link",
                "{count} lines of {extractor}: no link follows from its ids; name links instead.",
                count=count,
                extractor=extractor,
            )
            books.refuse(said, count)
        self._take_unwanted(marks, books)
        return HadReport(books=books.view(), problems=Tally.problems_of(books))

    def _take_follow(self, follow: PortableFollow, tally: Tally) -> None:
        try:
            is_new = self._follows.take_over(follow)
        except Refusal as refusal:
            tally.refuse(refusal.sentence)
        else:
            tally.count(is_new=is_new)

    def _take_unwanted(self, marks: Sequence[PortableUnwanted], tally: Tally) -> None:
        for some in _some(marks):
            rows = json.dumps([mark.model_dump() for mark in some])
            with self.database.unit_of_work() as work:
                tally.add(len(some), len(work.execute(_ADD_UNWANTED, {"rows": rows}).all()))

    def _take_positions(self, positions: Sequence[PortablePosition], tally: Tally) -> None:
        by_listener: dict[str | None, list[PortablePosition]] = defaultdict(list)
        for position in positions:
            by_listener[position.listener].append(position)
        for name, theirs in by_listener.items():
            listener_id = self._listeners.of(name)
            for some in _some(theirs):
                rows = json.dumps([position.model_dump(mode="json", exclude={"listener"}) for position in some])
                with self.database.unit_of_work() as work:
                    written = work.execute(_ADD_POSITIONS, {"listener_id": listener_id, "rows": rows}).all()
                    tally.add(len(some), len(written))

    def _take_setting(self, name: str, value: Any, tally: Tally) -> None:
        present = next((each for each in self._settings.all().items if each.name == name), None)
        is_known = present is not None and present.source is SettingSource.DATABASE and present.value == value
        if is_known or (present is not None and _is_default(present, value)):
            tally.count(is_new=False)
            return
        if present is not None and present.is_secret:
            tally.refuse(about(name, sentence("portable.secret", "what is secret is set where it belongs, not here.")))
            return
        try:
            self._settings.change(name[:_LONGEST_NAMED], value)
        except Refusal as refusal:
            tally.refuse(about(name[:_LONGEST_NAMED], refusal.sentence))
        else:
            tally.count(is_new=True)


def _is_default(present: SettingView, value: Any) -> bool:
    """Return whether a value is blank, as an earlier version wrote one that has none, where the default holds."""
    is_blank = isinstance(value, str) and not value.strip()
    return is_blank and present.source is SettingSource.DEFAULT


def _judged(kind: type[Entry], entries: Sequence[Mapping[str, Any]], tally: Tally) -> Iterator[Entry]:
    """Yield the entries that can be; what is wrong with others goes into the tally."""
    for entry in entries:
        try:
            yield kind.model_validate(entry)
        except ValidationError as error:
            tally.refuse(in_a_form(wrong_fields(error.errors())))


def _some(entries: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    for start in range(0, len(entries), _AT_ONCE):
        yield entries[start : start + _AT_ONCE]
