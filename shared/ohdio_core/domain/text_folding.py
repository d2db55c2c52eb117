"""Folding of text for search and comparison: no accents, lower case, one form of each ligature, quote and dash."""

from __future__ import annotations

import unicodedata

# The database's function ``plain_text`` does the same; a test compares the two.
_LETTERS = str.maketrans(
    {
        "œ": "oe",
        "æ": "ae",
        "ß": "ss",
        "þ": "th",
        **dict(zip("øłđðħŧıς", "olddhtiσ", strict=True)),
        **dict.fromkeys("‘’‚‛ʼʹ′`", "'"),
        **dict.fromkeys("“”„‟«»", '"'),
        **dict.fromkeys("‐‒–—―−", "-"),
    }
)


def fold_text(text: str) -> str:
    """Return the folded form of a text: "L’Œuvre  d’Élise" becomes "l'oeuvre d'elise"."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(bare.lower().translate(_LETTERS).split())
