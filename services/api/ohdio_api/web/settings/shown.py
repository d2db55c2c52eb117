"""Settings as their page shows them."""

from __future__ import annotations

import re
from typing import NamedTuple

from ohdio_api.web.words import Words
from ohdio_core.domain.book_form import BookForm
from ohdio_core.schemas.settings import SettingSource, SettingView


class ShownSetting(NamedTuple):
    """One setting."""

    name: str
    variable: str
    what: str  #: it does
    title: str  #: the beginning of that, which names it
    value: str  #: as a field takes it
    said: str  #: the value, for people
    default: str
    has_default: bool  #: a value, in the place of what its words say
    is_number: bool
    unit: str
    origin: str  #: where the value comes from, for people
    is_changed: bool  #: here, so that it can be returned to its default
    choices: tuple[str, ...]  #: where there are few


#: Before what is said beside the name of a setting.
_MORE = re.compile(r"\s?[,;:(]")
_CHOICES = {"log_level": ("debug", "info", "warning", "error"), "book_form": tuple(BookForm)}


def show_setting(setting: SettingView, words: Words) -> ShownSetting:
    """Return a setting as the page shows it."""
    what = words.setting(setting.variable, setting.description)
    return ShownSetting(
        name=setting.name,
        variable=setting.variable,
        what=what,
        title=_MORE.split(what, maxsplit=1)[0],
        value="" if setting.value is None else _plain(setting.value),
        said=_said(setting, setting.value, words),
        default=_said(setting, setting.default, words),
        has_default=setting.default not in (None, "", {}),
        is_number=setting.unit is not None or type(setting.default) in {int, float},
        unit=_unit(setting, words),
        origin=_origin(setting, words),
        is_changed=setting.source is SettingSource.DATABASE,
        choices=_CHOICES.get(setting.name, ()),
    )


def _plain(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _said(setting: SettingView, value: object, words: Words) -> str:
    match value:
        case _ if setting.is_secret and setting.source is not SettingSource.DEFAULT:
            return words.gettext("secret")
        case None | "" | {}:
            return words.gettext("not set")
        case bool():
            return words.gettext("yes") if value else words.gettext("no")
        case dict():
            return ", ".join(f"{key}={each}" for key, each in value.items())
    number = _plain(value)
    return f"{number}\N{NO-BREAK SPACE}{_unit(setting, words)}" if setting.unit else number


def _unit(setting: SettingView, words: Words) -> str:
    # Those that another language writes otherwise.
    said = {"MiB": words.gettext("MiB"), "kB/s": words.gettext("kB/s"), "d": words.gettext("d")}
    return said.get(setting.unit or "", setting.unit or "")


def _origin(setting: SettingView, words: Words) -> str:
    match setting.source:
        case SettingSource.ENVIRONMENT:
            return words.gettext("given at the start")
        case SettingSource.DATABASE if setting.changed_at is not None:
            return words.gettext("changed here on %(day)s") % {"day": words.day(setting.changed_at)}
        case _:
            return words.gettext("the default")
