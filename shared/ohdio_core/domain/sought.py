"""What somebody looks for."""

from __future__ import annotations

from unicodedata import category

from ohdio_core.domain.text_folding import fold_text

#: Of characters that nobody sees: controls, marks of format, separators. Others may be drawn, also those that this
#: Python does not know yet, as newer emoji, or that are for private use: what is looked for is never all there is.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"})
#: Letters and marks that are drawn as nothing, when nothing stands before them: joiners, fillers, selectors of a form.
_EMPTY = {*"\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800", *map(chr, range(0xFE00, 0xFE10))}


def unless_blank(text: str | None) -> str | None:
    """Return a text by which somebody chooses; None where nothing can be seen of it, as if it was not given."""
    is_seen = any(category(letter) not in _UNSEEN and letter not in _EMPTY for letter in fold_text(text or ""))
    return text if is_seen else None


def words_sought(text: str | None) -> str | None:
    """Return what somebody looks for, without the blanks around it; None where they look for nothing."""
    given = unless_blank(text)
    return None if given is None else given.strip()
