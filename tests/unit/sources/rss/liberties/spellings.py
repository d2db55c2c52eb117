"""How dates, lengths, names and files are written: each function one way, and where it was met.

A way is a liberty: the first line of its docstring stands in docs/sources/feeds.md, behind a colon where it was met.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from html import escape

from tests.unit.sources.rss.liberties.truths import Tale

_FRENCH = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
_GERMAN = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"


def date_of_mail(date: datetime) -> str:
    """Dates of mail: RSS 2.0."""
    return format_datetime(date)


def date_of_the_web(date: datetime) -> str:
    """Dates of RFC 3339 in RSS: blogs on static site generators."""
    return date.isoformat()


def date_with_sept(date: datetime) -> str:
    """Four letters of September: British English in the Unicode locales (CLDR)."""
    return format_datetime(date).replace(" Sep ", " Sept ")


def date_with_a_colon_in_its_offset(date: datetime) -> str:
    """A colon in the offset of a date of mail: hand-written scripts in PHP (`P` for `O`)."""
    return f"{format_datetime(date.astimezone(timezone(timedelta(hours=2))))[:-2]}:00"


def date_with_fractions(date: datetime) -> str:
    """Fractions of seconds: .NET and JSON libraries."""
    return date.strftime("%Y-%m-%dT%H:%M:%S.1230000Z")


def date_in_french(date: datetime) -> str:
    """Months in French: C's `strftime` under a French locale."""
    return f"{date.day} {_FRENCH.split()[date.month - 1]} {date.year} {date:%H:%M:%S} +0000"


def date_in_german(date: datetime) -> str:
    """Months in German: C's `strftime` under a German locale."""
    return f"{date.day}. {_GERMAN.split()[date.month - 1]} {date.year} {date:%H:%M:%S} +0000"


def date_of_javascript(date: datetime) -> str:
    """What JavaScript calls a date: feeds of Node without a library."""
    return date.strftime("%a %b %d %Y %H:%M:%S GMT+0000 (Coordinated Universal Time)")


def date_without_a_weekday(date: datetime) -> str:
    """No weekday, and one digit for the day: RFC 822 allows for both."""
    return f"{date.day} {date:%b %Y %H:%M:%S} GMT"


def date_in_american_order(date: datetime) -> str:
    """The month first: dates that are written for American readers."""
    return date.strftime("%B %d, %Y %I:%M:%S %p UTC")


def length_in_seconds(length: timedelta) -> str:
    """Lengths in seconds: Apple's own recommendation."""
    return str(round(length.total_seconds()))


def length_as_a_clock(length: timedelta) -> str:
    """Lengths as a clock: most hosts."""
    return str(length)


def length_in_minutes(length: timedelta) -> str:
    """Minutes above sixty: hosts that count no hours."""
    minutes, seconds = divmod(round(length.total_seconds()), 60)
    return f"{minutes}:{seconds:02}"


def length_of_iso(length: timedelta) -> str:
    """Lengths of ISO 8601: sites that copy them from schema.org."""
    return f"PT{round(length.total_seconds())}S"


def author_of_itunes(tale: Tale) -> str:
    """Authors of Apple: most podcasts."""
    return f"<itunes:author>{escape(tale.author)}</itunes:author>"


def author_with_mail(tale: Tale) -> str:
    """A mail address before the name: RSS 2.0 as specified."""
    return f"<author>voice@podcasts.example ({escape(tale.author)})</author>"


def author_of_dublin_core(tale: Tale) -> str:
    """Dublin Core's creator: WordPress."""
    return f"<dc:creator><![CDATA[{tale.author}]]></dc:creator>"


def author_of_dublin_core_terms(tale: Tale) -> str:
    """The creator of DCMI's terms: libraries' repositories."""
    return f"<dcterms:creator>{escape(tale.author)}</dcterms:creator>"


def file_as_specified(tale: Tale) -> str:
    """An enclosure with all three attributes: RSS 2.0."""
    return f'<enclosure url="{escape(tale.address)}" length="{tale.size}" type="audio/mpeg"/>'


def file_of_an_unknown_type(tale: Tale) -> str:
    """No type, or a general one: hosts of files that make feeds of folders."""
    return f'<enclosure url="{escape(tale.address)}" length="{tale.size}" type="application/octet-stream"/>'


def file_called_a_picture(tale: Tale) -> str:
    """A picture's type for an `.mp3`: plugins that give a file the type of its thumbnail."""
    return f'<enclosure url="{escape(tale.address)}" length="{tale.size}" type="image/jpeg"/>'


def file_with_an_end_tag(tale: Tale) -> str:
    """An end tag of its own: serialisers that know no empty elements."""
    return f'<enclosure type="audio/mpeg" length="{tale.size}" url="{escape(tale.address)}"></enclosure>'


def file_behind_another(tale: Tale) -> str:
    """A document or a picture before the recording: WordPress posts with several attachments."""
    notes = '<enclosure url="https://audio.example/notes.pdf" type="application/pdf" length="9"/>'
    return f"{notes}{file_as_specified(tale)}"


def file_of_media_rss(tale: Tale) -> str:
    """Media RSS in the place of an enclosure: feeds made for portals."""
    return f'<media:content url="{escape(tale.address)}" fileSize="{tale.size}" type="audio/mpeg" medium="audio"/>'


def file_with_blanks_around(tale: Tale) -> str:
    """Blanks around an address: forms that nobody trims."""
    return f'<enclosure url=" {escape(tale.address)} " length=" {tale.size} " type=" audio/mpeg "/>'


def file_without_a_scheme(tale: Tale) -> str:
    """Addresses without their scheme: sites that moved to https by a search and replace."""
    return file_as_specified(tale).replace("https://", "//")


def file_with_a_scheme_in_capitals(tale: Tale) -> str:
    """A scheme in capitals: phones that capitalise what is typed first."""
    return file_as_specified(tale).replace("https://", "HTTPS://")


def file_with_bare_ampersands(tale: Tale) -> str:
    """Ampersands as they are in an address: templates that print what a database holds."""
    return f'<enclosure url="{tale.address}" length="{tale.size}" type="audio/mpeg"/>'


def file_with_ampersands_escaped_twice(tale: Tale) -> str:
    """Ampersands in an address that are escaped twice: texts that were stored as HTML."""
    return f'<enclosure url="{escape(escape(tale.address))}" length="{tale.size}" type="audio/mpeg"/>'


def file_as_text(tale: Tale) -> str:
    """An address as the text of an enclosure: scripts that make every value an element."""
    return f'<enclosure length="{tale.size}" type="audio/mpeg">{escape(tale.address)}</enclosure>'


def file_of_another_attribute(tale: Tale) -> str:
    """An address in another attribute: feeds by hand."""
    return file_as_specified(tale).replace(" url=", " src=")


def file_with_blanks_inside(tale: Tale) -> str:
    """Blanks in an address: files called by people."""
    return file_as_specified(tale).replace("%20", " ")


DATES: tuple[Callable[[datetime], str], ...] = (
    *(date_of_mail, date_of_the_web, date_with_sept, date_with_a_colon_in_its_offset, date_with_fractions),
    *(date_in_french, date_in_german, date_of_javascript, date_without_a_weekday, date_in_american_order),
)
LENGTHS: tuple[Callable[[timedelta], str], ...] = (
    *(length_in_seconds, length_as_a_clock, length_in_minutes, length_of_iso),
)
AUTHORS: tuple[Callable[[Tale], str], ...] = (
    *(author_of_itunes, author_with_mail, author_of_dublin_core, author_of_dublin_core_terms),
)
FILES: tuple[Callable[[Tale], str], ...] = (
    *(file_as_specified, file_of_an_unknown_type, file_called_a_picture, file_with_an_end_tag, file_behind_another),
    *(file_of_media_rss, file_with_blanks_around, file_without_a_scheme, file_with_a_scheme_in_capitals),
    *(file_with_bare_ampersands, file_with_ampersands_escaped_twice, file_as_text, file_of_another_attribute),
    file_with_blanks_inside,
)
