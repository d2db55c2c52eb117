"""Names of languages, as readers of the pages call them."""

from __future__ import annotations

from functools import cache

from babel import Locale

from ohdio_api.web.words import LANGUAGES
from ohdio_core.domain.languages import language_tag
from ohdio_core.domain.text_folding import fold_text


def language_typed(text: str) -> str:
    """Return the tag of a language from its code, or from its name in a language of the pages; else the text itself."""
    return language_tag(text) or _tags().get(fold_text(text)) or text


@cache
def _tags() -> dict[str, str]:
    return {
        fold_text(name): tag.replace("_", "-") for code in LANGUAGES for tag, name in Locale(code).languages.items()
    }
