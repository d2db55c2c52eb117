"""Words as they are compared: without accents, in small letters, with one way of writing each ligature and quote."""

from __future__ import annotations

import unicodedata

# The database's ``plain_text`` reads them in the same way; a test compares the two.
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


def plain_text(text: str) -> str:
    """Return ``text`` as it is looked for: "L’Œuvre  d’Élise" is "l'oeuvre d'elise"."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(bare.lower().translate(_LETTERS).split())
