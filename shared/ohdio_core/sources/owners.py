"""Who owns the folder of a book in the library: its id today, and the id that earlier versions marked folders with."""

from __future__ import annotations

from functools import lru_cache

from ohdio_core.domain.audiobook import BookRef
from ohdio_core.domain.owner import OwnerId
from ohdio_core.sources.registry import SOURCES
from ohdio_core.sources.ytdlp.source import YtdlpSource

# By source; yt-dlp's books stay where they are when the extra is removed.
_FORMER_IDS = {
    **{source.name: source.former_id for source in SOURCES},
    YtdlpSource.name: YtdlpSource.former_id,
}


@lru_cache(maxsize=256)  # a run asks some ten times
def owner_of(ref: BookRef) -> OwnerId:
    """Return the owner that the folder of a book is marked with."""
    former_id = _FORMER_IDS.get(ref.source)
    former = None if former_id is None else former_id(ref)
    return OwnerId(
        f"{ref.source}:{ref.external_id}",
        None if former in (None, ref.external_id) else f"{ref.source}:{former}",
    )
