"""What was chosen for a start: by an option, else by a variable, else by an earlier option, else by default."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ohdio.settings import StandaloneSettings
from ohdio_core.settings import load

_LIBRARY = "LIBRARY_DIR"
_OPTIONS = {_LIBRARY: "--library", "MAX_CONCURRENT_DOWNLOADS": "--max", "HOST": "--host", "PORT": "--port"}


@dataclass(frozen=True, slots=True)
class Choice:
    """Settings, and how a person chose them."""

    settings: StandaloneSettings
    options: frozenset[str]  #: the variables whose values came by options
    is_library_remembered: bool  #: nobody said where books go, so they go where they went before
    library_not_taken: Path | None = None  #: what LIBRARY_DIR or --library said, where the other one counts

    def name_of(self, variable: str) -> str:
        """Call a setting what the person called it who chose it."""
        if variable == _LIBRARY and self.is_library_remembered:
            return "--library (as it was given before)"
        return _OPTIONS[variable] if variable in self.options else variable

    @property
    def why_library(self) -> str:
        """Return why books go where they go, to be put after the folder; nothing where nobody would wonder."""
        if self.is_library_remembered:
            return ", as --library said before"
        if self.library_not_taken is None:
            return ""
        if _LIBRARY in self.options:
            return (
                f" this time; LIBRARY_DIR, which says {self.library_not_taken}, counts whenever --library is not given"
            )
        return f", as LIBRARY_DIR says; {self.library_not_taken}, as --library said before, counts when it is not set"

    @property
    def library_to_remember(self) -> Path | None:
        """Where later starts put their books too; None when this start does not decide that."""
        return self.settings.library_dir.absolute() if _LIBRARY in self.options else None

    @property
    def wanted_library(self) -> Path | None:
        """Where the person of this start wants the books; None for wherever they go."""
        is_wanted = _LIBRARY in self.options or _is_in_environment(_LIBRARY)
        return self.settings.library_dir.absolute() if is_wanted else None

    @property
    def wanted_limit(self) -> int | None:
        """How many books at once the person of this start wants; None for as many as it is set to."""
        is_wanted = "MAX_CONCURRENT_DOWNLOADS" in self.options
        return self.settings.max_concurrent_downloads if is_wanted else None


def choose(remembered_library: Path | None, **options: object | None) -> Choice:
    """Read the settings of a start.

    Args:
        remembered_library: What the data directory remembers.
        options: What was given as options, by the variables that they stand for; None for what was not given.

    Raises:
        InvalidSettings: One line per wrong setting, each naming it as it was given.
    """
    given = {variable: value for variable, value in options.items() if value is not None}
    names = {variable: _OPTIONS[variable] for variable in given}
    is_overruled = _LIBRARY in given or _is_in_environment(_LIBRARY)
    is_remembered = remembered_library is not None and not is_overruled
    settings = load(StandaloneSettings, names, **({_LIBRARY: remembered_library} if is_remembered else {}), **given)
    other = Path(os.environ.get(_LIBRARY) or settings.library_dir) if _LIBRARY in given else remembered_library
    is_other = other is not None and other.expanduser().absolute() != settings.library_dir.absolute()
    return Choice(settings, frozenset(given), is_remembered, other if is_other else None)


def _is_in_environment(variable: str) -> bool:
    return bool(os.environ.get(variable))  # an empty one counts as none, as for the settings
