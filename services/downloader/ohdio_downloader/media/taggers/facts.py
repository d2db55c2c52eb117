"""Which tags state a fact of the book: what a site or an editor wrote there would be shown beside what we know.

Audiobookshelf, for one, takes subtitle, series, ISBN, ASIN and narrators from tags that nobody meant for it. Tags of
the sound itself (loudness, gaps, the encoder), of rights and of moods state none, and stay.
"""

from __future__ import annotations

_NAMES = frozenset(
    {
        "title", "titlesort", "sorttitle", "subtitle", "album", "albumsort", "artist", "artists", "artistsort",
        "albumartist", "albumartists", "albumartistsort", "composer", "composersort", "narrator", "narrators",
        "narratedby", "readby", "reader", "performer", "translator", "translators", "translatedby", "author",
        "authors", "writer", "lyricist", "conductor", "remixer", "series", "seriespart", "seriesposition",
        "seriesindex", "seriessequence", "seriesnumber", "show", "showsort", "showname", "tvshow", "tvshowsort",
        "episode", "episodeid", "episodesort",
        "episodenumber", "episodetype", "season", "seasonnumber", "part", "partnumber", "volume", "mvnm",
        "mvin", "movement", "movementname", "movementnumber", "movementtotal", "showmovement", "grouping",
        "grp1", "contentgroup", "work", "isbn", "isbn10", "isbn13", "asin", "itunesid", "podcasttype",
        "podcastid", "podcasturl", "date", "year", "originalyear", "originaldate", "originalreleasedate",
        "releasetime", "releasedate", "genre", "genre1", "genre2", "tmpgenre1", "tmpgenre2", "keywords",
        "category", "tags", "publisher", "label", "organization", "description", "desc", "longdesc",
        "longdescription", "ldes", "synopsis", "summary", "comment", "comments", "language", "lang", "track",
        "tracknumber", "tracktotal", "totaltracks", "disc", "discnumber", "disctotal", "totaldiscs",
        "discsubtitle", "setsubtitle", "compilation", "edition", "abridged", "explicit",
    }
)  # fmt: skip
#: Of programs that mark what they have sold or looked up.
_PROGRAMS = ("audible", "musicbrainz", "overdrive")


def is_fact(name: str) -> bool:
    """Return whether a tag of this free name (of a Vorbis comment, of ``TXXX``) states a fact of the book."""
    plain = "".join(letter for letter in name.casefold() if letter.isalnum())
    return plain in _NAMES or plain.startswith(_PROGRAMS)
