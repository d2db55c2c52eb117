"""What there is to be known of a setting, read from the class that has it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from ohdio_core.expectations import expectation_of_setting
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.setting_group import Group
from ohdio_core.setting_types import LIVE, Unit

#: A value as people are shown it and the database keeps it: times are seconds, folders are text.
Json = str | int | float | bool | dict[str, str] | None


class WrongValue(ValueError):
    """A setting cannot have this value.

    Args:
        said: The sentence that people read; it says what was expected.
    """

    def __init__(self, said: Sentence) -> None:
        self.sentence = said
        super().__init__(said.text)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting."""

    name: str  #: of the attribute
    field: FieldInfo

    @property
    def variable(self) -> str:
        """The name of its environment variable."""
        return str(self.field.alias)

    @property
    def description(self) -> str:
        """What it does, for people."""
        return self.field.description or ""

    @property
    def is_live(self) -> bool:
        """Return whether it may be changed while ohdio runs."""
        return LIVE in self.field.metadata

    @property
    def is_secret(self) -> bool:
        """Return whether its value is shown to nobody."""
        return "SecretStr" in str(self.field.annotation)

    @property
    def unit(self) -> str | None:
        """What it is counted in; None for what is no quantity."""
        return next((mark.symbol for mark in self.field.metadata if isinstance(mark, Unit)), None)

    @property
    def default(self) -> Json:
        """Its value where nobody has said any; None also where there is none."""
        if self.field.is_required():
            return None
        return self.shown(self.field.get_default(call_default_factory=True, validated_data={}))

    def shown(self, value: Any) -> Json:
        """Return a value as people may see it: without secrets, and without passwords in addresses."""
        if value is None or self.is_secret:
            return None
        match self._adapter().dump_python(value, mode="json"):
            case str(text):
                return _without_password(text)
            case dict(entries):
                return {key: _without_password(each) for key, each in entries.items()}
            case bool() | int() | float() as plain:
                return plain
            case other:
                return str(other)

    def checked(self, value: Json) -> Any:
        """Return a value of the type that the setting has, by the rules that hold for its variable.

        Args:
            value: As JSON has it, or as text that a variable could have.

        Raises:
            WrongValue: It cannot be that.
        """
        as_text = value if isinstance(value, str) else json.dumps(value)
        try:
            return self._adapter().validate_python(as_text)
        except ValidationError as error:
            problem = error.errors(include_url=False)[0]
        raise WrongValue(
            sentence(
                "setting.wrong",
                "{variable} cannot be {value}. {expected}",
                variable=self.variable,
                value=repr(as_text),
                expected=expectation_of_setting(dict(problem), None),
            )
        )

    def accepts(self, value: Json) -> bool:
        """Return whether the setting can have a value."""
        try:
            self.checked(value)
        except WrongValue:
            return False
        return True

    def _adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self.field.rebuild_annotation())


def settings_of(*classes: type[Group]) -> Mapping[str, Setting]:
    """Return the settings of some classes by name; where several have one, that of the first."""
    found: dict[str, Setting] = {}
    for group in classes:
        for name, field in group.model_fields.items():
            found.setdefault(name, Setting(name, field))
    return found


def fixed_by_environment(settings: Group) -> dict[str, Json]:
    """Return what a start was given, by variables or options, as people may see it, by name."""
    every = settings_of(type(settings))
    return {name: every[name].shown(getattr(settings, name)) for name in sorted(settings.model_fields_set)}


def _without_password(text: str) -> str:
    return re.sub(r"//.*@", "//…@", text)
