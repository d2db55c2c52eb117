"""What the simulated sites offer: plain records of books, categories and feeds, and builders that invent them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from tests.sites import titles
from tests.sites.faults import Fault


class MediaForm(StrEnum):
    """In which form a book's media are served."""

    MP3 = "mp3"  #: one MP3 file a part: 8,000 bytes a second
    MP4 = "mp4"  #: one AAC file a part: about 6,000 bytes a second
    HLS = "hls"
    HLS_AES = "hls-aes"
    HLS_BYTE_RANGE = "hls-byte-range"
    HLS_FMP4 = "hls-fmp4"


@dataclass(frozen=True, slots=True)
class SimPart:
    """One medium of a book."""

    media_id: str
    title: str | None
    seconds: float


@dataclass(frozen=True, slots=True)
class SimBook:
    """One book."""

    id: int
    title: str
    authors: tuple[str, ...]
    narrators: tuple[str, ...]
    parts: tuple[SimPart, ...]
    form: MediaForm = MediaForm.MP3
    genre: str = "Roman"
    publisher: str = ""
    year: int = 2020
    summary: str = ""
    is_gone: bool = False  #: listed, but the site no longer knows it: ContentNotFound
    faults: tuple[Fault, ...] = ()  #: armed at the start and at every reset

    @property
    def slug(self) -> str:
        """The words of its address."""
        return titles.slug(self.title)

    @property
    def path(self) -> str:
        """Its address, relative to the site's /ohdio."""
        return f"/livres-audio/{self.id}/{self.slug}"

    @property
    def seconds(self) -> float:
        """How long all its parts last."""
        return sum(part.seconds for part in self.parts)


@dataclass(frozen=True, slots=True)
class SimCategory:
    """A category page, or several with links from each to the next."""

    id: int
    title: str
    books: tuple[int, ...]
    page_size: int | None = None

    @property
    def path(self) -> str:
        """Its address, relative to the site's /ohdio."""
        return f"/categories/{self.id}/{titles.slug(self.title)}"


class ProgrammeKind(StrEnum):
    """What a programme is, as its address says."""

    PODCAST = "balados"
    SERIES = "premiere/grandes-series"
    RADIO = "premiere/emissions"  #: its listing tells no media; they are asked for with each episode


@dataclass(frozen=True, slots=True)
class SimProgramme:
    """A programme whose episodes are books: the media of each are its parts."""

    id: int
    title: str
    episodes: tuple[int, ...]
    kind: ProgrammeKind = ProgrammeKind.PODCAST
    page_size: int = 25
    replays: tuple[int, ...] = ()  #: those episodes that were broadcast before

    @property
    def path(self) -> str:
        """Its address, relative to the site's /ohdio."""
        return f"/{self.kind}/{self.id}/{titles.slug(self.title)}"

    def episode_path(self, episode: SimBook) -> str:
        """The address of an episode, relative to the site's /ohdio."""
        if self.kind is ProgrammeKind.RADIO:
            return f"/{self.kind}/{titles.slug(self.title)}/episodes/{episode.id}/{episode.slug}"
        return f"{self.path}/{episode.id}/{episode.slug}"


class Drift(StrEnum):
    """How the site has changed since it was looked at last."""

    TEXTS_REFUSED = "texts-refused"  #: GraphQL takes no query in full
    HASHES_FORGOTTEN = "hashes-forgotten"  #: GraphQL knows none of the persisted queries
    STATE_GONE = "state-gone"  #: pages embed no state
    FIELDS_GONE = "fields-gone"  #: GraphQL's lists of items are not there
    FIELDS_RENAMED = "fields-renamed"  #: they are under another name
    FIELDS_NULL = "fields-null"  #: they are null
    NEWER_SHAPE = "newer-shape"  #: programmes come in the shape of newer builds
    CATALOGUE_CLOSED = "catalogue-closed"  #: LibriVox's API answers with a page about its database
    AUDIO_MOVED = "audio-moved"  #: LibriVox's catalogue names no recording, or one on a host that is gone
    METADATA_CLOSED = "metadata-closed"  #: archive.org has neither its metadata nor its scraping API any more


@dataclass(frozen=True, slots=True)
class SimFeed:
    """An RSS feed with one item a book: the first part of each."""

    name: str
    title: str
    books: tuple[int, ...]
    page_size: int | None = None
    is_serial: bool = False  #: newest first, with episode numbers, readers, chapters and transcripts

    @property
    def path(self) -> str:
        """Its address on the feeds host."""
        return f"/{self.name}.xml"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything the sites offer at one time."""

    books: tuple[SimBook, ...] = ()
    categories: tuple[SimCategory, ...] = ()
    feeds: tuple[SimFeed, ...] = ()
    programmes: tuple[SimProgramme, ...] = ()
    drifts: tuple[Drift, ...] = ()
    lost_fields: tuple[str, ...] = ()  #: what GraphQL's answers to texts have no more: "content.about.summary"
    signed_for: float | None = None  #: seconds for which a media address is good; None for unsigned ones
    rate: float | None = None  #: bytes a second of each media answer, until another rate is set

    def to_json(self) -> dict[str, Any]:
        """The records as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The records that ``to_json`` wrote."""
        return cls(
            books=tuple(_book(book) for book in data["books"]),
            categories=tuple(SimCategory(**{**each, "books": tuple(each["books"])}) for each in data["categories"]),
            feeds=tuple(SimFeed(**{**each, "books": tuple(each["books"])}) for each in data["feeds"]),
            programmes=tuple(_programme(each) for each in data["programmes"]),
            drifts=tuple(Drift(each) for each in data["drifts"]),
            lost_fields=tuple(data["lost_fields"]),
            signed_for=data["signed_for"],
            rate=data["rate"],
        )


def _book(data: dict[str, Any]) -> SimBook:
    return SimBook(
        **{
            **data,
            "authors": tuple(data["authors"]),
            "narrators": tuple(data["narrators"]),
            "parts": tuple(SimPart(**part) for part in data["parts"]),
            "form": MediaForm(data["form"]),
            "faults": tuple(Fault.from_json(fault) for fault in data["faults"]),
        }
    )


def _programme(data: dict[str, Any]) -> SimProgramme:
    return SimProgramme(
        **{
            **data,
            "episodes": tuple(data["episodes"]),
            "kind": ProgrammeKind(data["kind"]),
            "replays": tuple(data["replays"]),
        }
    )


def invent_book(
    number: int,
    *,
    parts: int = 1,
    seconds: float = 8.0,
    form: MediaForm = MediaForm.MP3,
    is_gone: bool = False,
    faults: tuple[Fault, ...] = (),
) -> SimBook:
    """A book whose id is ``number``, with so many parts of about ``seconds`` each."""
    place = titles.place(number)
    return SimBook(
        id=number,
        title=titles.title(number),
        authors=titles.people(f"authors {place}", 2 if place % 7 == 0 else 1),
        narrators=titles.people(f"narrators {place}", 2 if place % 5 == 0 else 1),
        parts=tuple(
            SimPart(
                media_id=f"{number}{index:03d}",
                title=titles.chapter(index + 1) if parts > 1 else None,
                seconds=seconds + index,
            )
            for index in range(parts)
        ),
        form=form,
        genre=titles.genre(place),
        publisher=titles.house(place),
        year=1990 + place % 35,
        summary=f"Livre inventé numéro {number} : rien de ce qu'il raconte n'est arrivé.",
        is_gone=is_gone,
        faults=faults,
    )


def invent_category(
    count: int,
    *,
    first: int = 50_001,
    parts: int = 1,
    seconds: float = 8.0,
    form: MediaForm = MediaForm.MP3,
    page_size: int | None = None,
    signed_for: float | None = None,
) -> Catalogue:
    """One category (id 9001) of ``count`` alike books whose ids begin with ``first``."""
    books = tuple(invent_book(first + index, parts=parts, seconds=seconds, form=form) for index in range(count))
    category = SimCategory(9001, "Récits inventés", tuple(book.id for book in books), page_size)
    return Catalogue(books=books, categories=(category,), signed_for=signed_for)


def invent_feed(
    count: int,
    *,
    first: int = 70_001,
    seconds: float = 8.0,
    form: MediaForm = MediaForm.MP3,
    page_size: int | None = None,
) -> Catalogue:
    """One feed ("recits") of ``count`` books whose ids begin with ``first``."""
    books = tuple(invent_book(first + index, seconds=seconds, form=form) for index in range(count))
    return Catalogue(books=books, feeds=(SimFeed("recits", "Récits en ondes", tuple(b.id for b in books), page_size),))


def invent_programme(
    count: int,
    *,
    kind: ProgrammeKind = ProgrammeKind.PODCAST,
    first: int = 60_001,
    parts: int = 1,
    seconds: float = 8.0,
    page_size: int = 2,
) -> Catalogue:
    """One programme (id 8001) of ``count`` episodes whose ids begin with ``first``; the last is a replay."""
    books = tuple(invent_book(first + index, parts=parts, seconds=seconds) for index in range(count))
    ids = tuple(book.id for book in books)
    return Catalogue(books=books, programmes=(SimProgramme(8001, "Vents du large", ids, kind, page_size, ids[-1:]),))
