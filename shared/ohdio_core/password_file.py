"""Passwords that are kept in files of their own, as containers keep secrets, and not in the addresses of servers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from ohdio_core.expectations import UnexpectedValue
from ohdio_core.sentences import Sentence, sentence


class UnusablePasswordFile(UnexpectedValue):
    """A file has no password to read.

    Args:
        variable: The setting that names the file.
        problem: What is wrong with it, and what to do.
    """

    def __init__(self, variable: str, problem: Sentence) -> None:
        super().__init__(
            sentence("password_file.wrong", "{variable} is wrong: {problem}", variable=variable, problem=problem)
        )
        self.variable = variable


def with_password_of_file(values: Mapping[str, Any], url_variable: str, file_variable: str) -> dict[str, Any]:
    """Return settings whose URL has the password that the file holds; one that it has already counts more.

    Args:
        values: The settings by the names of their variables.
        url_variable: Which of them is the URL.
        file_variable: Which of them names the file.

    Raises:
        UnusablePasswordFile: The file cannot be read, or is empty.
    """
    url, file = values.get(url_variable), values.get(file_variable)
    if not url or not file:
        return dict(values)
    parts = urlsplit(str(url))
    user, _, host = parts.netloc.rpartition("@")
    if not user or ":" in user:
        return dict(values)
    netloc = f"{user}:{quote(_read(Path(file), file_variable), safe='')}@{host}"
    return {**values, url_variable: urlunsplit(parts._replace(netloc=netloc))}


def with_secret_of_file(values: Mapping[str, Any], variable: str, file_variable: str) -> dict[str, Any]:
    """Return settings with a secret that a file holds; one that is set itself counts more.

    Raises:
        UnusablePasswordFile: The file cannot be read, or is empty.
    """
    file = values.get(file_variable)
    if not file or values.get(variable):
        return dict(values)
    return {**values, variable: _read(Path(file), file_variable)}


def _read(file: Path, variable: str) -> str:
    try:
        password = file.read_text(encoding="utf-8").removesuffix("\n")
    except (OSError, UnicodeDecodeError):
        problem = sentence(
            "password_file.unreadable", "{file} cannot be read. Name a file that this user can read.", file=str(file)
        )
        raise UnusablePasswordFile(variable, problem) from None
    if not password:
        problem = sentence("password_file.empty", "{file} is empty. Write the password into it.", file=str(file))
        raise UnusablePasswordFile(variable, problem)
    return password
