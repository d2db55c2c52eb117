"""What somebody looks for."""

from __future__ import annotations

from unicodedata import category

from ohdio_core.domain.text_folding import fold_text

#: Of characters that nobody sees: controls, marks of format, separators. Others may be drawn, also those that this
#: Python does not know yet, as newer emoji, or that are for private use: what is looked for is never all there is.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"})


def words_sought(text: str | None) -> str | None:
    """Return what somebody looks for; None where nothing can be seen of it, which is as if they looked for nothing."""
    is_seen = any(category(letter) not in _UNSEEN for letter in fold_text(text or ""))
    return text.strip() if text and is_seen else None
