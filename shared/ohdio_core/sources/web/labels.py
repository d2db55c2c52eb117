"""What a page calls a recording: its player's or link's own words, else those that stand beside it."""

from __future__ import annotations

import re
from itertools import islice

from lxml import etree

from ohdio_core.sources.audio_extensions import AUDIO_EXTENSIONS
from ohdio_core.sources.web import links
from ohdio_core.sources.web.document import text_of

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

# What names no recording: the file's own name says more.
_EMPTY_WORDS = frozenset(
    {
        *(extension.removeprefix(".") for extension in AUDIO_EXTENSIONS),
        *(
            "download",
            "listen",
            "play",
            "open",
            "audio",
            "file",
            "hls",
            "here",
            "the",
            "this",
            "now",
            "in",
            "new",
            "window",
        ),
        *(
            "télécharger",
            "téléchargez",
            "écouter",
            "écoutez",
            "lire",
            "ouvrir",
            "fichier",
            "ici",
            "le",
            "la",
            "l",
            "ce",
            "en",
        ),
        *("dans", "une", "nouvelle", "fenêtre"),
        *("herunterladen", "anhören", "hören", "abspielen", "öffnen", "datei", "hier", "jetzt", "als", "die", "das"),
        *("neuem", "fenster"),
    }
)
_SIZE = re.compile(r"\d+(?:[.,]\d+)?\s*[kmg]?i?[bo]\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_MEASURE = re.compile(
    r"\W*(?:\d+\W*(?:h|hr|hours?|heures?|std|stunden?|m|mn|min|minutes?|minuten|s|sec|sek|secondes?|seconds?|sekunden)"
    r"\W*)+|\W*(?:\w+\W+)?\d{1,2}(?:er|st|nd|rd|th)?\W+(?:\w+\W+)?\d{4}\W*",
    re.IGNORECASE,
)
_ROWS = frozenset({"tr", "li", "details"})
_LINES = frozenset({"p", "strong", "b", "dt", "label"})
_MOST_IN_LINE = 20  # elements
_LONGEST = 300
_MOST_INNER = 200  # elements of one label
_MOST_CELLS = 12  # of one row
_MOST_ABOVE = 8  # elements between a link and its row
_LONGEST_LABEL = 150  # beside a recording; more is text of the page


def text_of_link(link: etree._Element) -> str | None:
    """Return the words of a link, or its title; None where they name nothing ("Download (MP3, 12 MB)")."""
    return next(filter(None, map(_words, (link.get("title") or "", text_of(link)))), None)


def title_of_player(player: etree._Element) -> str | None:
    """Return the title of a player, or the caption of the figure that it is in, as WordPress shows a file."""
    said = " ".join((player.get("title") or player.get("aria-label") or "").split())[:_LONGEST]
    figure = player.getparent()
    caption = figure.find("figcaption") if figure is not None and figure.tag == "figure" else None
    return said or (None if caption is None else _words(text_of(caption)))


class Labels:
    """What stands beside the recordings of a page that is walked in its order.

    That is words in the row of a table, in the item of a list, in what unfolds, a heading, or the line above.

    Each counts for the first recording that it stands beside.
    """

    def __init__(self) -> None:
        self._heading: etree._Element | None = None
        self._counted: set[etree._Element] = set()  #: rows; tables in tables come back to theirs

    def below(self, heading: etree._Element) -> None:
        """Enter a heading: what follows is below it."""
        self._heading = heading

    def beside(self, recording: etree._Element) -> str | None:
        """Return the text that names a player or a link; None where none is left that was not used already."""
        above = islice(recording.iterancestors(), _MOST_ABOVE)
        row = next((element for element in above if element.tag in _ROWS), None)
        if row is not None:
            if row in self._counted:
                return None
            self._counted.add(row)
            if row.tag == "tr":
                return _label([cell for cell in islice(row, _MOST_CELLS) if cell.tag in ("td", "th")])
            if (label := _label([row])) is not None:
                return label
        heading, self._heading = self._heading, None
        if heading is not None:
            return _label([heading])
        line = _line_above(recording)
        if line is None or line in self._counted:
            return None
        self._counted.add(line)
        return _label([line])


def _line_above(recording: etree._Element) -> etree._Element | None:
    """Return the paragraph directly before a recording, or before what holds that alone."""
    holder = recording
    parent = recording.getparent()
    is_alone = recording.getprevious() is None and recording.getnext() is None
    if parent is not None and is_alone and not (parent.text or "").strip():
        holder = parent
    before = holder.getprevious()
    if before is None or before.tag not in _LINES or (before.tail or "").strip():
        return None
    inner = list(islice(before.iter(), _MOST_IN_LINE + 1))
    return before if len(inner) <= _MOST_IN_LINE and not any(map(_is_recording, inner)) else None


def _label(elements: list[etree._Element]) -> str | None:
    texts = map(_text_beside, elements)
    return next((text for text in texts if len(text) <= _LONGEST_LABEL and _is_title(text)), None)


def _text_beside(element: etree._Element) -> str:
    """Return an element's text without that of players and links to recordings, which were read already."""
    pieces: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, inner in islice(walk, 2 * _MOST_INNER):
        if event == "end":
            pieces.append("" if inner is element else inner.tail or "")
        elif inner is not element and _is_recording(inner):
            walk.skip_subtree()
        else:
            pieces.append(inner.text or "")
    return " ".join("".join(pieces).split())


def _is_recording(element: etree._Element) -> bool:
    return element.tag == "audio" or (element.tag == "a" and links.names_file(element.get("href") or ""))


def _is_title(text: str) -> bool:
    """Return whether a text is more than the number, the length or the date of a recording."""
    return any(map(str.isalpha, text)) and _MEASURE.fullmatch(text) is None and _words(text) is not None


def _words(text: str) -> str | None:
    said = " ".join(text.split())[:_LONGEST]
    return None if all(word in _EMPTY_WORDS for word in _WORD.findall(_SIZE.sub("", said).lower())) else said
