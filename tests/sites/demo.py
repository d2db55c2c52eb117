"""The demonstration: a category of fourteen books of every form, three of other sites, and what is to become of them.

At three books at once and the catalogue's rate it takes about fifteen seconds: long enough to watch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tests.sites import archive, hosts, librivox, ohdio
from tests.sites.catalogue import Catalogue, MediaForm, SimBook, SimCategory, SimFeed, invent_book
from tests.sites.faults import Fault


@dataclass(frozen=True, slots=True)
class Expected:
    """What a run over the demonstration ends with; each book that is asked for is in one of the first three."""

    complete: tuple[SimBook, ...]  #: every part in the library
    serials: tuple[SimFeed, ...]  #: each of them one book in the library, with every item as a part
    gone: tuple[SimBook, ...]  #: the site lists it, and says that it is no longer available: failed for good
    retried: tuple[SimBook, ...]  #: complete, after the media host answered 503 twice

    @property
    def files(self) -> dict[str, int]:
        """How many audio files the library has in the end, by the titles of its books."""
        return {book.title: len(book.parts) for book in self.complete} | {
            serial.title: len(serial.books) for serial in self.serials
        }


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
_LIBRIVOX = _book(
    61_015, "Les veilleurs du détroit", "Rose-Aimée Tranchemontagne", "Loïc Vadnais & Odile Ouimet", parts=3, seconds=18
)
_ARCHIVE = _book(61_016, "Contes de la scierie", "Étienne L'Écuyer", "Noémie Bellehumeur", parts=2, seconds=24)
_EPISODES = tuple(
    _book(number, title, "François-Xavier Ouimet", "Maëlle Saint-Onge", seconds=20)
    for number, title in enumerate(("Le départ", "La brume", "Le retour"), 61_017)
)
_SERIAL = SimFeed("la-derniere-goelette", "La dernière goélette", tuple(e.id for e in _EPISODES), is_serial=True)
CATALOGUE = Catalogue(
    books=(*_BOOKS, _LIBRIVOX, _ARCHIVE, *_EPISODES), categories=(CATEGORY,), feeds=(_SERIAL,), rate=270_000
)
#: What a person pastes: a category, a book of each of two other sites, and a feed that is to become one book.
LINKS = (
    f"https://{hosts.PAGES}{ohdio.ROOT}{CATEGORY.path}",
    f"{librivox.ROOT}/{librivox.slug(_LIBRIVOX)}/",
    f"https://{hosts.ARCHIVE}/details/{archive.item_of(_ARCHIVE)}",
    f"https://{hosts.FEEDS}{_SERIAL.path}#book",
)
EXPECTED = Expected(
    complete=(*(book for book in _BOOKS if book is not _GONE), _LIBRIVOX, _ARCHIVE),
    serials=(_SERIAL,),
    gone=(_GONE,),
    retried=(_RETRIED,),
)
