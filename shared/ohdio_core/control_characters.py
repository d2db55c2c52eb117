"""Characters that steer a terminal or turn the direction of a line: a site's words must not reach a person with them.

C0 and C1 control characters (ECMA-48) set colours, titles and clipboards; those of the Unicode Bidirectional Algorithm
(UAX 9) make a text read as another one. Line feeds and tabs are left where a text may have several lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_C0_BUT_TAB_AND_LINE_FEED = "\x00-\x08\x0b-\x1f\x7f"
_C1 = "\x80-\x9f"
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_SEPARATORS = "\u2028\u2029"
_NO_CHARACTERS = "\ud800-\udfff\ufffe\uffff"  # halves of characters, and what XML 1.0 has no place for
_CONTROLS = re.compile(f"[{_C0_BUT_TAB_AND_LINE_FEED}{_C1}{_BIDI}{_SEPARATORS}{_NO_CHARACTERS}]")
_CONTROLS_OF_A_LINE = re.compile(f"[\t\n{_C0_BUT_TAB_AND_LINE_FEED}{_C1}{_BIDI}{_SEPARATORS}{_NO_CHARACTERS}]")


def without_controls(text: str) -> str:
    """Return a text without control characters; line feeds and tabs stay."""
    return _CONTROLS.sub("", text)


def replace_controls(text: str, replacement: Callable[[str], str]) -> str:
    """Return a text with each control character replaced; line feeds and tabs stay."""
    return _CONTROLS.sub(lambda match: replacement(match[0]), text)


def controls_shown(text: str) -> str:
    r"""Return a text in which control characters are written out, as in ``\x1b``; line feeds and tabs stay."""
    return replace_controls(text, _written_out)


def controls_shown_in_line(text: str) -> str:
    r"""Return a text as one line in which control characters, line feeds too, are written out, as in ``\n``."""
    return _CONTROLS_OF_A_LINE.sub(lambda match: _written_out(match[0]), text)


class OfCleanText:
    """Base of frozen dataclasses with slots whose texts come from sites: each text loses its control characters."""

    __slots__: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Clean every field that is a text, or a tuple of texts."""
        for name in self.__slots__:
            value = getattr(self, name)
            kind = type(value)
            if kind is str:
                if _has_controls(value):
                    object.__setattr__(self, name, without_controls(value))
            elif kind is tuple and any(type(each) is str and _has_controls(each) for each in value):
                cleaned = tuple(without_controls(each) if type(each) is str else each for each in value)
                object.__setattr__(self, name, cleaned)


def _has_controls(text: str) -> bool:
    # Nearly every text is printable, which is known sooner.
    return not text.isprintable() and _CONTROLS.search(text) is not None


def _written_out(control: str) -> str:
    return control.encode("unicode_escape").decode("ascii")
