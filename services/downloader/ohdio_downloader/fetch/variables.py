"""Variables of HLS playlists (RFC 8216bis, section 4.3, and 4.4.2.3): parts of addresses that are told once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence
from ohdio_downloader.fetch.refusal import host

_REFERENCE = re.compile(r"\{\$([A-Za-z0-9_-]+)\}")


class Variables:
    """The variables of one playlist.

    Args:
        of_master: Those of the master playlist that led to it, which it may import.
    """

    def __init__(self, of_master: Mapping[str, str] | None = None) -> None:
        self._of_master = of_master or {}
        self._values: dict[str, str] = {}

    def for_media(self) -> Self:
        """Return those of a playlist that this one leads to: none, until it imports some."""
        return type(self)(self._values)

    def define(self, told: Mapping[str, str], url: str) -> None:
        """Take a definition: a value, the name of one of the master playlist, or of a parameter of the address."""
        if (name := told.get("NAME")) is not None:
            self._values[name] = told.get("VALUE", "")
        elif (name := told.get("IMPORT")) is not None and name in self._of_master:
            self._values[name] = self._of_master[name]
        elif (name := told.get("QUERYPARAM")) is not None:
            given = dict(reversed(parse_qsl(urlsplit(url).query, keep_blank_values=True)))
            if name in given:
                self._values[name] = given[name]

    def replaced(self, text: str, url: str) -> str:
        """Return a text with the values of variables in their places; where none is defined, braces are letters.

        Raises:
            PermanentError: One is not defined.
        """
        if not self._values and not self._of_master:
            return text
        return _REFERENCE.sub(lambda found: self._value(found[1], url), text)

    def _value(self, name: str, url: str) -> str:
        try:
            return self._values[name]
        except KeyError:
            raise PermanentError(
                sentence(
                    "playlist.unknown_variable",
                    "The HLS playlist from {site} uses a variable that it does not define: {name}.",
                    site=host(url),
                    name=name,
                )
            ) from None
