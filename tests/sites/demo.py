"""The demonstration: a category of fourteen books of every form, and what is to become of them.

At three books at once and the catalogue's rate it takes about twelve seconds: long enough to watch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tests.sites.catalogue import Catalogue, MediaForm, SimBook, SimCategory, invent_book
from tests.sites.faults import Fault


@dataclass(frozen=True, slots=True)
class Expected:
    """What a run over the demonstration ends with; each book of the category is in one of the first two."""

    complete: tuple[SimBook, ...]  #: every part in the library
    gone: tuple[SimBook, ...]  #: the site lists it, and says that it is no longer available: failed for good
    retried: tuple[SimBook, ...]  #: complete, after the media host answered 503 twice


def _book(
    number: int,
    title: str,
    authors: str,
    narrators: str,
    *,
    form: MediaForm = MediaForm.MP3,
    parts: int = 1,
    seconds: float,
    is_gone: bool = False,
    faults: tuple[Fault, ...] = (),
) -> SimBook:
    book = invent_book(number, parts=parts, seconds=seconds, form=form, is_gone=is_gone, faults=faults)
    return replace(book, title=title, authors=tuple(authors.split(" & ")), narrators=tuple(narrators.split(" & ")))


_RETRIED = _book(
    61_002,
    "La grève des goélands",
    "Jérôme Tranchemontagne",
    "Odile Vadnais",
    seconds=80,
    faults=(Fault.status_code(503, times=2),),
)
_GONE = _book(61_006, "Le livre emprunté", "Gaétan Ouimet", "Rose-Aimée Quintal", seconds=60, is_gone=True)
_BOOKS = (
    _book(61_001, "Les hivers de verre", "Maëlle Bellehumeur", "Étienne Saint-Onge", seconds=95),
    _RETRIED,
    _book(
        61_003,
        "Le canot de minuit",
        "Zoé L'Écuyer",
        "Loïc Labrecque-Côté & Noémie Ouimet",
        form=MediaForm.HLS,
        seconds=70,
    ),
    _book(61_004, "Trois saisons au rang Quatre", "Noémie Quintal", "Gaétan Bellehumeur", parts=4, seconds=26),
    _book(61_005, "L'horloger de Cap-Tourmente", "Odile Saint-Onge", "Jérôme Vadnais", form=MediaForm.MP4, seconds=110),
    _GONE,
    _book(
        61_007, "La dame au téléphone", "Étienne Labrecque-Côté", "Maëlle L'Écuyer", form=MediaForm.HLS_AES, seconds=60
    ),
    _book(
        61_008, "Petite histoire du brouillard", "Rose-Aimée Vadnais & Loïc Ouimet", "Zoé Quintal", parts=3, seconds=32
    ),
    _book(61_009, "Sucre d'orage", "François-Xavier Quintal", "Odile L'Écuyer", seconds=70),
    _book(
        61_010,
        "Les lettres de l'Anse",
        "Noémie Saint-Onge",
        "François-Xavier Vadnais",
        form=MediaForm.MP4,
        parts=5,
        seconds=22,
    ),
    _book(61_011, "Un phare pour deux", "Loïc Tranchemontagne", "Rose-Aimée Ouimet", form=MediaForm.HLS, seconds=55),
    _book(61_012, "Le renard et la radio", "Gaétan L'Écuyer", "Étienne Quintal", seconds=65),
    _book(
        61_013,
        "Atlas des neiges",
        "Zoé Bellehumeur",
        "Jérôme Saint-Onge & Odile Ouimet",
        form=MediaForm.HLS_AES,
        parts=3,
        seconds=20,
    ),
    _book(61_014, "Bonsoir, la rivière", "Maëlle Vadnais", "Gaétan Tranchemontagne", seconds=85),
)

CATEGORY = SimCategory(9100, "Récits du pays inventé", tuple(book.id for book in _BOOKS))
CATALOGUE = Catalogue(books=_BOOKS, categories=(CATEGORY,), rate=270_000)
EXPECTED = Expected(
    complete=tuple(book for book in _BOOKS if book is not _GONE),
    gone=(_GONE,),
    retried=(_RETRIED,),
)
