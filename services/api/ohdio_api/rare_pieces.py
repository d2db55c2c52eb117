"""Which pieces of words are rare among the books, by what PostgreSQL has counted when it last analysed them."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sqlalchemy import Pool, text
from sqlalchemy.orm import Session

from ohdio_core.domain.text_folding import fold_text

#: So many of the rarest are asked of the index: all the others have longer lists to read, and leave hardly fewer books.
_ASKED = 3
#: What more of the books have than this share is asked for only where there is nothing rarer.
_MOST = 0.5
_LENGTH = 3  # characters of a piece
_READ_EVERY = 600.0  # seconds

# In the order of the index's own statistics, of which only those who may read the books see anything.
_READ = text(
    """
    SELECT most_common_elems::text::text[] AS pieces, most_common_elem_freqs AS shares FROM pg_stats
    WHERE schemaname = current_schema() AND tablename = 'ix_audiobooks_words'
    """
)


@dataclass(frozen=True, slots=True)
class PieceCounts:
    """Which share of the books has a piece; of those that are not named, fewer than of any that is."""

    shares: dict[str, float]
    read_at: float

    def rarest(self, words: str) -> list[str]:
        """Return the rarest pieces of words; none where nothing is known of them, or where they are one piece."""
        if not self.shares:
            return []
        by_share = sorted((self.shares.get(piece, 0.0), place, piece) for place, piece in enumerate(_pieces(words)))
        return [piece for share, _, piece in by_share[:_ASKED] if share <= max(_MOST, by_share[0][0])]

    def most(self, words: str) -> float:
        """Return which share of the books can have words, by their rarest piece; 1 where nothing is known of them."""
        pieces = _pieces(words) if self.shares else ()
        rarest = min(self.shares.values(), default=1.0)
        return min((self.shares.get(piece, rarest) for piece in pieces), default=1.0)


def _pieces(words: str) -> Collection[str]:
    folded = fold_text(words)
    return dict.fromkeys(folded[at : at + _LENGTH] for at in range(len(folded) - _LENGTH + 1))


_counts: WeakKeyDictionary[Pool, PieceCounts] = WeakKeyDictionary()


def piece_counts(session: Session) -> PieceCounts:
    """Return how often pieces occur in the database of a session, as it was at most ten minutes ago."""
    pool = session.get_bind().engine.pool
    known, now = _counts.get(pool), time.monotonic()
    if known is None or now - known.read_at > _READ_EVERY:
        row = session.execute(_READ).one_or_none()
        shares = {} if row is None or row.pieces is None else dict(zip(row.pieces, row.shares, strict=False))
        known = _counts[pool] = PieceCounts(shares, now)
    return known
