"""File names made of titles and authors, valid on every file system and share."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: Most file systems allow 255 bytes a name; the rest is for the temporary suffixes that a file has on its way.
MAX_BYTES = 220

UNTITLED = "Untitled"
UNKNOWN_AUTHOR = "Unknown author"

#: What Windows and SMB forbid, and what reads well instead. A colon before a space introduces a subtitle.
_REPLACED = (
    (re.compile(r"\s*:\s+"), " - "),
    (re.compile(r"[/\\|:]"), "-"),
    (re.compile('"'), "'"),
    (re.compile(r"[<>?*]"), ""),
)

#: A number that counts: alone, set off as in "1. ", "01 - " and "01_", or before a word for a part, which stays.
#: That of "1 Corinthians", "1-2-3" and "01 novembre" belongs to the title.
_COUNTED = re.compile(
    r"""\s*
    (?: ([0-9]{1,5}) (?: \s*[.:)]\s+ | \s+[_\u2013\u2014-]+\s+ | \s*[.:)]?\s*$
                       | \s+(?=(?:chapter|chapitre|[eé]pisode|part|partie|piste|track)\b) )
      | (0[0-9]{1,4}) [.:)_\u2013\u2014-]+ (?![0-9]) )
    """,
    re.VERBOSE | re.IGNORECASE,
)

#: Invisible characters that turn or hide what follows; U+200C and U+200D are left, as scripts need them.
_TRICKS = frozenset(
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)

_DEVICES = frozenset(
    {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}
    | {f"{port}{number}" for port in ("COM", "LPT") for number in "0123456789¹²³"}
)


@lru_cache(maxsize=256)  # a run asks a dozen times for the names of its book
def safe_name(text: str, *, max_bytes: int = MAX_BYTES, fallback: str = UNTITLED) -> str:
    """Return a text as one path component: Unicode stays (NFC), characters that a system would refuse do not.

    The result is never empty, ``.``, ``..`` or hidden, has no separators or control characters, does
    not end in a dot or space, is no Windows device, and has at most ``max_bytes`` bytes of UTF-8.
    Doing it twice changes nothing.

    Args:
        text: A title, a name.
        max_bytes: At least 16.
        fallback: A safe name of at most ``max_bytes``, for a text of which nothing is left.
    """
    name = _trim(cut(_trim(plain_text(text)), max_bytes - 1))
    if not is_readable(name):
        return fallback
    stem, dot, rest = name.partition(".")
    if stem.rstrip().upper() in _DEVICES:
        return f"{stem.rstrip()}_{dot}{rest}"
    return name


@lru_cache(maxsize=512)
def plain_text(text: str) -> str:
    """Return a text without what no name may have in it; it may still be none, hidden, or too long for one."""
    text = "".join(" " if character.isspace() else character for character in text)
    for pattern, replacement in _REPLACED:
        text = pattern.sub(replacement, text)
    text = "".join(character for character in text if _is_kept(character))
    return unicodedata.normalize("NFC", " ".join(text.split()))


@lru_cache(maxsize=512)
def is_readable(text: str) -> bool:
    """Return whether anything of a text can be seen, and is no dot that a name loses."""
    return any(unicodedata.category(character)[0] in "LNPS" for character in _trim(text))


def part_name(
    book_title: str, index: int, count: int, part_title: str | None, suffix: str, *, max_bytes: int = MAX_BYTES
) -> str:
    """Return the file name of one part: ``01 - Chapter one.mp3``; a book of one part is ``Title.mp3``.

    Args:
        book_title: Of the whole book; it stands in for a part without a title.
        index: From 0.
        count: How many parts the book has; numbers are padded so that names sort in listening order.
        part_title: As the source gives it, or None; a number of its own is not said twice.
        suffix: With its dot.
        max_bytes: Of the name, as file systems allow; at least 64.
    """
    room = max_bytes - len(suffix.encode())
    if count == 1:
        return safe_name(book_title, max_bytes=room) + suffix
    number = f"{index + 1:0{max(2, len(str(count)))}} - "
    title = _without_number(part_title or "", index + 1) or book_title
    return number + safe_name(title, max_bytes=room - len(number)) + suffix


def _without_number(title: str, number: int) -> str:
    """Remove the number that a part's title begins with, where it is the part's own."""
    match = _COUNTED.match(title)
    return title[match.end() :] if match is not None and int(match[1] or match[2]) == number else title


def _is_kept(character: str) -> bool:
    # Control characters and lone surrogates; a private use or unassigned one is ugly, but a name.
    return unicodedata.category(character) not in {"Cc", "Cs"} and character not in _TRICKS


def _trim(text: str) -> str:
    """Remove leading dots (hidden files), trailing ones (Windows drops them) and the spaces around."""
    return text.lstrip(". ").rstrip(". ")


def cut(text: str, max_bytes: int) -> str:
    """Shorten to ``max_bytes`` of UTF-8, never between a letter and its combining marks."""
    if len(text.encode()) <= max_bytes:
        return text
    end = len(text.encode()[:max_bytes].decode(errors="ignore"))
    while end > 0 and unicodedata.combining(text[end]):
        end -= 1
    return text[:end]
