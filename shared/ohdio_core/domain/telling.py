"""Who is told of what becomes of books, and of what."""

from __future__ import annotations

from enum import StrEnum


class TellingEvent(StrEnum):
    """What somebody may be told of."""

    COMPLETED = "completed"  #: a book is in the library, for the first time
    FAILED = "failed"  #: a book, or a follow, for good: nobody tries it again by itself
    NEEDS_PERSON = "needs_person"  #: it waits until somebody has mended something; of a scan: it has failed


class ChannelKind(StrEnum):
    """How somebody is told."""

    APPRISE = "apprise"  #: people: ntfy, e-mail, Matrix, Telegram and what else Apprise knows
    WEBHOOK = "webhook"  #: programs: a signed request for each event
    AUDIOBOOKSHELF = "audiobookshelf"  #: a player, which looks at its library again
    JELLYFIN = "jellyfin"
    PLEX = "plex"


#: Those that are not told what has happened, but to look.
PLAYERS = frozenset({ChannelKind.AUDIOBOOKSHELF, ChannelKind.JELLYFIN, ChannelKind.PLEX})
