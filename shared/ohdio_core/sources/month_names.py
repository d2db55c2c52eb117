"""The names of months, in the languages in which feeds and sites write dates."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_SHORTEST = 3  # letters: "Sep", and "Sept" as well
#: Twelve in a row; forms that stand in dates, which in some languages are not those that stand alone.
_LANGUAGES = (
    "january february march april may june july august september october november december",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "jänner feber märz april mai juni juli august september oktober november dezember",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "gener febrer març abril maig juny juliol agost setembre octubre novembre desembre",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "januar februar marts april maj juni juli august september oktober november desember",
    "januari februari mars april maj juni juli augusti september oktober november december",
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "ledna února března dubna května června července srpna září října listopadu prosince",
    "január február március április május június július augusztus szeptember október november december",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    (
        "ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου "
        "ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου δεκεμβρίου"
    ),
    "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "januari februari maret april mei juni juli agustus september oktober november desember",
)
#: Short forms that are no beginnings: Dutch and German.
_SHORT = {"mrt": 3, "mrz": 3}


@lru_cache(maxsize=1024)
def month_called(word: str) -> int | None:
    """Return the number of the month that a word names, whole or by its beginning, in any capitals.

    None for other words, and for beginnings that different months share: "jui" is June as well as July.
    """
    return _MONTHS.get(_folded(word))


def _folded(word: str) -> str:
    """Return a word without capitals and accents, which many leave out."""
    decomposed = unicodedata.normalize("NFKD", word.lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _names() -> dict[str, int]:
    """Return the months by every beginning that only one of them has."""
    whole: dict[str, int] = {}
    beginnings: dict[str, set[int]] = {}
    for language in _LANGUAGES:
        for number, name in enumerate(map(_folded, language.split()), 1):
            whole[name] = number
            for length in range(_SHORTEST, len(name)):
                beginnings.setdefault(name[:length], set()).add(number)
    return {**{name: min(months) for name, months in beginnings.items() if len(months) == 1}, **whole, **_SHORT}


_MONTHS = _names()
