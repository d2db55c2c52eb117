"""Statements that have files of their own: ``finish.sql`` has those of the module ``finish`` beside it.

Such a file is SQL to be read and edited as such. Each statement begins with its name and the sentence why it is there:

    -- name: release
    -- Frees the slots of rows whose workers are gone.
    -- returns: id
    UPDATE {table} SET lease_token = NULL WHERE id = ANY(:ids) RETURNING id

``returns`` names the columns of what comes back, in order: SQLAlchemy then need not ask for them at every call.
Comments have lines of their own. A word in braces stands for SQL that is known when the module is imported, such as a
table's name; values are parameters, as everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from itertools import takewhile

from ohdio_core.db.sql import Statement, sql

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
_FRAGMENT = re.compile(r"\{(\w+)\}")


class InvalidStatement(ValueError):
    """A statement was asked for that its file does not have, or with other fragments than it has."""

    def __init__(self, module: str, name: str, problem: str) -> None:
        self.module = module
        self.name = name
        self.problem = problem
        super().__init__(f"The statement {name} of {module} {problem}.")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One statement of a file."""

    comment: str
    columns: tuple[str, ...]
    text: str


class NamedSql:
    """The statements of the file beside a module, by their names.

    Args:
        module: The module's ``__name__``.

    Raises:
        InvalidStatement: Two have one name, or one has no comment.
    """

    def __init__(self, module: str) -> None:
        self.module = module
        package, _, file = module.rpartition(".")
        self._entries = self._parsed((files(package) / f"{file}.sql").read_text(encoding="utf-8"))

    def _parsed(self, content: str) -> dict[str, _Entry]:
        pieces = _NAME.split(content)[1:]
        entries: dict[str, _Entry] = {}
        for name, body in zip(pieces[::2], pieces[1::2], strict=True):
            if name in entries:
                raise InvalidStatement(self.module, name, "is there twice")
            entries[name] = _entry(body)
            if not entries[name].comment:
                raise InvalidStatement(self.module, name, "does not say why it is there")
        return entries

    @property
    def names(self) -> list[str]:
        """Return the names, in the order of the file."""
        return list(self._entries)

    def fragments_of(self, name: str) -> set[str]:
        """Return the names of the fragments that a statement takes.

        Raises:
            InvalidStatement: There is no such statement.
        """
        return set(_FRAGMENT.findall(self._entry(name).text))

    def text(self, name: str, **fragments: str) -> str:
        """Return a statement, or a piece of one, as text.

        Raises:
            InvalidStatement: There is none, or it takes other fragments.
        """
        taken = self.fragments_of(name)
        if taken != fragments.keys():
            raise InvalidStatement(self.module, name, f"takes {sorted(taken)}, but was given {sorted(fragments)}")
        return _filled(self._entry(name).text, fragments)

    def statement(self, name: str, **fragments: str) -> Statement:
        """Return a statement to be executed; made once, where the module is imported.

        Raises:
            InvalidStatement: There is none, or it takes other fragments.
        """
        return sql(self.text(name, **fragments), *self._entry(name).columns)

    def _entry(self, name: str) -> _Entry:
        if name not in self._entries:
            raise InvalidStatement(self.module, name, "is not in its file")
        return self._entries[name]


def _entry(body: str) -> _Entry:
    lines = body.splitlines()
    header = list(takewhile(lambda line: line.startswith("--"), lines))
    comment, _, columns = " ".join(line.removeprefix("--").strip() for line in header).partition("returns:")
    return _Entry(comment.strip(), tuple(re.findall(r"\w+", columns)), "\n".join(lines[len(header) :]).strip())


def _filled(text: str, fragments: Mapping[str, str]) -> str:
    return _FRAGMENT.sub(lambda found: fragments[found[1]], text)
