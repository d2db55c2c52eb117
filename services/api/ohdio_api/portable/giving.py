"""Writing down what people have decided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from ohdio_api.follows.service import FollowService
from ohdio_api.live_settings.service import SettingsService
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import Database
from ohdio_core.schemas.filters import BookFilterOrder
from ohdio_core.schemas.follows import FollowOrder, FollowStatus, FollowView
from ohdio_core.schemas.portable import LONGEST_NAME, Portable, PortableFollow, PortablePosition, PortableUnwanted
from ohdio_core.schemas.settings import SettingSource

_SQL = NamedSql(__name__)
_READ_MET = _SQL.statement("read_met")
_READ_UNWANTED = _SQL.statement("read_unwanted")
_READ_POSITIONS = _SQL.statement("read_positions")
_AT_ONCE = 200


class GivingService:
    """Reads what people have decided, without books and secrets."""

    def __init__(self, database: Database, follows: FollowService, settings: SettingsService) -> None:
        self.database = database
        self._follows = follows
        self._settings = settings

    def portable(self) -> Portable:
        """Return all of it."""
        follows = list(self._every_follow())
        shown = [follow for follow in follows if not follow.is_private]
        return Portable(
            made_at=datetime.now(UTC),
            follows=list(self._portable(shown)),
            unwanted=self._unwanted(),
            positions=self._positions(),
            settings={
                setting.name: setting.value
                for setting in self._settings.all().items
                if setting.source is SettingSource.DATABASE and not setting.is_secret
            },
            left_out=len(follows) - len(shown),
        )

    def _every_follow(self) -> Iterator[FollowView]:
        cursor = None
        while True:
            page = self._follows.page(cursor=cursor, limit=_AT_ONCE)
            yield from page.items
            if (cursor := page.next) is None:
                return

    def _portable(self, follows: list[FollowView]) -> Iterator[PortableFollow]:
        with self.database.statement() as work:
            rows = work.execute(_READ_MET, {"ids": [follow.id for follow in follows], "longest": LONGEST_NAME})
            met = {row.id: row for row in rows}
        for follow in follows:
            if follow.id in met:
                wishes = {name: getattr(follow, name) for name in FollowOrder.model_fields}
                yield PortableFollow(
                    **{**wishes, "filters": follow.filters or BookFilterOrder()},
                    is_paused=follow.status is FollowStatus.PAUSED or follow.is_held,
                    has_begun=met[follow.id].has_begun,
                    show=met[follow.id].show,
                    met=met[follow.id].met,
                )

    def _unwanted(self) -> list[PortableUnwanted]:
        with self.database.statement() as work:
            rows = work.execute(_READ_UNWANTED).all()
        return [PortableUnwanted(source=row.source, external_id=row.external_id, url=row.url) for row in rows]

    def _positions(self) -> list[PortablePosition]:
        with self.database.statement() as work:
            return [PortablePosition(**row._asdict()) for row in work.execute(_READ_POSITIONS)]
