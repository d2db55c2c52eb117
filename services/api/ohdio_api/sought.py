"""What somebody looks for."""

from __future__ import annotations

from ohdio_core.domain.text_folding import fold_text


def words_sought(text: str | None) -> str | None:
    """Return what somebody looks for; None where nothing can be seen of it, which is as if they looked for nothing."""
    is_seen = any(letter.isprintable() and not letter.isspace() for letter in fold_text(text or ""))
    return text.strip() if text and is_seen else None
