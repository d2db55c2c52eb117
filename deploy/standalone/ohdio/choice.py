"""What was chosen for a start: by an option, else by a variable, else by an earlier option, else by default."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ohdio.settings import StandaloneSettings
from ohdio_core.settings import load

_LIBRARY = "LIBRARY_DIR"
_BUCKET = "LIBRARY_URL"
_OPTIONS = {_LIBRARY: "--library", "MAX_CONCURRENT_DOWNLOADS": "--max", "HOST": "--host", "PORT": "--port"}


@dataclass(frozen=True, slots=True)
class Choice:
    """Settings, and how a person chose them."""

    settings: StandaloneSettings
    options: frozenset[str]  #: the variables whose values came by options
    is_library_remembered: bool  #: nobody said where books go, so they go where they went before
    library_not_taken: Path | str | None = None  #: what was said otherwise, and does not count

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
            variable = _BUCKET if str(self.library_not_taken).startswith("s3:") else _LIBRARY
            said = f"{variable}, which says {self.library_not_taken}"
            return f" this time; {said}, counts whenever --library is not given"
        variable = _LIBRARY if self.settings.library_url is None else _BUCKET
        return f", as {variable} says; {self.library_not_taken}, as --library said before, counts when it is not set"

    @property
    def library_to_remember(self) -> Path | None:
        """Where later starts put their books too; None when this start does not decide that."""
        return self.settings.library_dir.absolute() if _LIBRARY in self.options else None

    @property
    def wanted_library(self) -> str | None:
        """Where the person of this start wants the books; None for wherever they go."""
        is_wanted = _LIBRARY in self.options or _is_in_environment(_LIBRARY) or _is_in_environment(_BUCKET)
        return self.settings.library_location if is_wanted else None

    @property
    def wanted_limit(self) -> int | None:
        """How many books at once the person of this start wants; None for as many as it is set to."""
        is_wanted = "MAX_CONCURRENT_DOWNLOADS" in self.options
        return self.settings.max_concurrent_downloads if is_wanted else None


def choose(remembered_library: Path | None, data: Path | None = None, **options: object | None) -> Choice:
    """Read the settings of a start.

    Args:
        remembered_library: What the data directory remembers.
        data: The data directory, in which unfinished books are kept where the library is no folder.
        options: What was given as options, by the variables that they stand for; None for what was not given.

    Raises:
        InvalidSettings: One line per wrong setting, each naming it as it was given.
    """
    given = {variable: value for variable, value in options.items() if value is not None}
    names = {variable: _OPTIONS[variable] for variable in given}
    is_overruled = _LIBRARY in given or _is_in_environment(_LIBRARY) or _is_in_environment(_BUCKET)
    folder_alone = {_BUCKET: None} if _LIBRARY in given else {}  # an option counts before a variable
    is_remembered = remembered_library is not None and not is_overruled
    remembered = {_LIBRARY: remembered_library} if is_remembered else {}
    settings = load(StandaloneSettings, names, **remembered, **folder_alone, **given)
    if settings.library_url is not None and settings.work_dir is None and data is not None:
        settings = settings.model_copy(update={"work_dir": data / "work"})
    not_taken = _not_taken(settings, remembered_library, is_given=_LIBRARY in given)
    return Choice(settings, frozenset(given), is_remembered, not_taken)


def _not_taken(settings: StandaloneSettings, remembered: Path | None, *, is_given: bool) -> Path | str | None:
    """Return the other place for books of which somebody has spoken; None where it is the same, or nobody has."""
    if is_given and (bucket := os.environ.get(_BUCKET)):
        return bucket
    other = Path(os.environ.get(_LIBRARY) or settings.library_dir) if is_given else remembered
    is_other = other is not None and str(other.expanduser().absolute()) != settings.library_location
    return other if is_other else None


def _is_in_environment(variable: str) -> bool:
    return bool(os.environ.get(variable))  # an empty one counts as none, as for the settings
