"""Reading and changing settings, wherever their values come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from sqlalchemy import func, select

from ohdio_api.problems import Refusal
from ohdio_core.collection.acts import note
from ohdio_core.db.running_models import StoredSetting, WorkerProcess
from ohdio_core.db.session import Database
from ohdio_core.domain.act import Act
from ohdio_core.live_settings import Json, Setting, WrongValue, forget, store
from ohdio_core.schemas.settings import SettingSource, SettingView, SettingViews
from ohdio_core.sentences import sentence
from ohdio_core.work.timing import Timing


@dataclass(frozen=True, slots=True)
class _Given:
    """What there is besides the defaults."""

    by_environment: Mapping[str, Json]
    by_people: Mapping[str, tuple[Json, datetime]]  #: with the time when it was


class SettingsService:
    """The settings of all services.

    Args:
        settings: What there is, by name.
        environment: What the start of this process was given. Workers have told what theirs were (``workers``).
    """

    def __init__(
        self, database: Database, settings: Mapping[str, Setting], environment: Mapping[str, Json], timing: Timing
    ) -> None:
        self.database = database
        self._settings = settings
        self._environment = environment
        self._timing = timing

    def all(self) -> SettingViews:
        """Return every setting as it is now, by variable."""
        given = self._given()
        by_variable = sorted(self._settings.values(), key=lambda each: each.variable)
        return SettingViews(items=[_view(each, given) for each in by_variable])

    def change(self, name: str, value: Json) -> SettingView:
        """Store another value, and return the setting as it is then; a blank returns it to its default.

        Raises:
            Refusal: There is none of this name, it cannot be changed here, or it cannot have this value.
        """
        setting = self._changeable(name)
        if isinstance(value, str) and not value.strip():
            return self.reset(name)
        try:
            checked = setting.checked(value)
        except WrongValue as error:
            raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, error.sentence) from None
        with self.database.unit_of_work() as work:
            store(work, name, setting.shown(checked))
            note(work, Act.SETTING_CHANGED, f"{setting.variable}={setting.shown(checked)}")
        return _view(setting, self._given())

    def reset(self, name: str) -> SettingView:
        """Return a setting to its default, and return it as it is then.

        Raises:
            Refusal: There is none of this name, or it cannot be changed here.
        """
        setting = self._changeable(name)
        with self.database.unit_of_work() as work:
            forget(work, name)
            note(work, Act.SETTING_RESET, setting.variable)
        return _view(setting, self._given())

    def _changeable(self, name: str) -> Setting:
        setting = self._settings.get(name)
        if setting is None:
            raise Refusal(
                HTTPStatus.NOT_FOUND,
                sentence(
                    "setting.unknown", "There is no setting called {name}; `ohdio settings` lists them.", name=name
                ),
            )
        if not setting.is_live:
            raise Refusal(
                HTTPStatus.CONFLICT,
                sentence(
                    "setting.needs_restart",
                    "{variable} is read at the start only: set it in the environment, and start ohdio again.",
                    variable=setting.variable,
                ),
            )
        if name in self._given().by_environment:
            raise Refusal(
                HTTPStatus.CONFLICT,
                sentence(
                    "setting.fixed",
                    "{variable} is given where ohdio is started, which counts before what is changed here. Change it "
                    "there, or leave it out, and start ohdio again.",
                    variable=setting.variable,
                ),
            )
        return setting

    def _given(self) -> _Given:
        with self.database.reading() as session:
            workers = session.scalars(
                select(WorkerProcess.environment)
                .where(WorkerProcess.beat_at > func.clock_timestamp() - self._timing.lease)
                .order_by(WorkerProcess.started_at)
            ).all()
            stored = session.scalars(select(StoredSetting)).all()
        environment: dict[str, Json] = {}
        for each in (*workers, self._environment):
            environment |= each
        return _Given(environment, {each.name: (each.value, each.changed_at) for each in stored})


def _view(setting: Setting, given: _Given) -> SettingView:
    value, source, changed_at = setting.default, SettingSource.DEFAULT, None
    if setting.name in given.by_environment:
        value, source = given.by_environment[setting.name], SettingSource.ENVIRONMENT
    elif setting.is_live and setting.name in given.by_people:
        stored, at = given.by_people[setting.name]
        if stored != "" and setting.accepts(stored):  # earlier versions stored blanks, which are no value
            value, source, changed_at = stored, SettingSource.DATABASE, at
    return SettingView(
        name=setting.name,
        variable=setting.variable,
        value=value,
        default=setting.default,
        source=source,
        is_live=setting.is_live,
        is_changeable=setting.is_live and source is not SettingSource.ENVIRONMENT,
        is_secret=setting.is_secret,
        unit=setting.unit,
        description=setting.description,
        changed_at=changed_at,
    )
