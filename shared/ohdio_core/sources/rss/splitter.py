"""Cutting a document into its items while it arrives, so that neither its size nor a broken item matters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ohdio_core.sentences import sentence
from ohdio_core.sources.rss.faults import NotAFeed

MAX_ITEM = 4 * 1024 * 1024  #: characters of one item, and of all that stands outside of items; far above any real one

_LONGEST_TOKEN = 64
_TOKEN = re.compile(
    r"(?P<silent><!--|<!\[CDATA\[)"
    r"|<(?:\w{1,24}:)?(?:item|entry)(?:\s{0,16}(?P<empty>/>)|(?P<open>(?=[\s>])))"
    r"|(?P<close></(?:\w{1,24}:)?(?:item|entry)\s{0,16}>)",
    re.IGNORECASE,
)
_ENDS = {"<!--": "-->", "<![CDATA[": "]]>"}


class ItemSplitter:
    """Takes the text of a feed in pieces and gives its ``<item>`` or ``<entry>`` elements, one by one.

    An item that is never closed ends where the next one begins. Comments and CDATA are looked over.

    Args:
        url: For the sentences.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._text = ""  # what was not given out yet
        self._position = 0  # up to where that was looked through
        self._is_inside = False
        self._outside: list[str] = []
        self._outside_size = 0

    @property
    def outside(self) -> str:
        """Return the text outside of items so far: a feed without items."""
        return "".join(self._outside)

    @property
    def is_inside(self) -> bool:
        """Return whether the text so far ends within an item."""
        return self._is_inside

    def feed(self, text: str) -> Iterator[str]:
        """Add the next piece and yield the items that it completes, as text; to be read to its end.

        Raises:
            NotAFeed: An item, or what is outside of them, is too large to be real.
        """
        self._text += text
        given = 0
        while (token := _TOKEN.search(self._text, self._position)) is not None:
            self._position = token.end()
            if token["silent"]:
                end = self._text.find(_ENDS[token["silent"]], token.end())
                if end < 0:
                    self._position = token.start()
                    break
                self._position = end + 3
            elif token["open"] is not None or token["close"]:
                # An opening tag belongs to what follows; "open" is empty text.
                is_opening = token["open"] is not None
                end = token.start() if is_opening else token.end()
                if self._is_inside:
                    yield self._text[given:end]
                else:
                    self._put_outside(self._text[given : token.start()])
                given, self._is_inside = end, is_opening
        else:
            self._position = max(self._position, len(self._text) - _LONGEST_TOKEN)
        if not self._is_inside:
            self._put_outside(self._text[given : self._position])
            given = self._position
        self._text = self._text[given:]
        self._position -= given
        self._refuse_above(len(self._text))

    def finish(self) -> None:
        """Finish the document; the beginning of an item that never ended is dropped."""
        if not self._is_inside:
            self._put_outside(self._text)
        self._text = ""

    def _put_outside(self, text: str) -> None:
        if text.isspace():
            # The empty lines between items would add up.
            text = " "
            if self._outside and self._outside[-1] == " ":
                return
        self._outside.append(text)
        self._outside_size += len(text)
        self._refuse_above(self._outside_size)

    def _refuse_above(self, size: int) -> None:
        if size > MAX_ITEM:
            raise NotAFeed(
                self._url,
                sentence(
                    "feed.too_much_between_items",
                    "{link} is not a readable feed: it has more than {mebibytes} MiB between one item and the next.",
                    link=self._url,
                    mebibytes=MAX_ITEM // 2**20,
                ),
            )
