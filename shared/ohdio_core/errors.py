"""What can go wrong, in the three verbs that every stage of work understands.

::

    OhdioError
    ├── PermanentError          trying again cannot help: the item fails at once
    │   ├── UnsupportedUrl
    │   ├── NotFound
    │   │   └── GoneForGood            it is not there for good
    │   ├── Blocked             the site refuses us, and perhaps not for this item only
    │   └── AnswersDifferently  a known site's answer is not in a form that this version knows
    └── TransientError          trying again may help: the row waits, an attempt is spent
        ├── DiffersForNow       as AnswersDifferently, where a site in trouble answers in that way, too
        ├── SiteFailed          the site itself has a problem, and perhaps every item of it
        │   └── Unreachable     no connection to it can be made; perhaps it is ours that is missing
        └── Postponed           not the item's fault: the row waits, no attempt is spent
            ├── Throttled       the site asks for fewer requests
            └── NeedsPerson     a full disk, a folder that is gone: the row waits until a person has mended it

Any other exception that reaches the engine is a bug: logged with its traceback, shown on the
row, and counted as an attempt; work that comes round by the clock is never given up for one.
Adapters translate foreign exceptions (httpx, lxml, psycopg, PyAV) into these at their own edge.
Every one has a sentence that a person can act on.
"""

from __future__ import annotations

from datetime import timedelta

from ohdio_core.sentences import Sentence, about, sentence

#: For people, of a mistake of ours; what it was is in the log.
UNEXPECTED = sentence("unexpected", "Something unexpected went wrong here, not at the site. The log has the details.")


class OhdioError(Exception):
    """Base of every error that is raised on purpose.

    Args:
        said: The sentence that people read.
    """

    is_of_site = False  #: many of them in a row, over several items, mean that the site fails

    def __init__(self, said: Sentence) -> None:
        self.sentence = said
        super().__init__(said.text)

    def __str__(self) -> str:
        """Return the text of the sentence."""
        return self.sentence.text

    def prefix_with(self, subject: Sentence | str) -> None:
        """Prefix the sentence with its subject: "Part 3 of 12: …"."""
        self.sentence = about(subject, self.sentence)


class PermanentError(OhdioError):
    """Trying again cannot help; the item fails with this sentence."""


class UnsupportedUrl(PermanentError):
    """No source knows this link."""

    def __init__(self, url: str, supported: Sentence) -> None:
        self.url = url
        super().__init__(
            sentence(
                "link.unsupported",
                "Nothing here knows how to read {link}. Supported: {supported}.",
                link=url,
                supported=supported,
            )
        )


class NotFound(PermanentError):
    """The site says that this book, page or file does not exist (any more)."""


class GoneForGood(NotFound):
    """The site says that it was there, and never will be again."""


class Blocked(PermanentError):
    """The site does not let us have this."""

    is_of_site = True


class AnswersDifferently(PermanentError):
    """A known site's answer is not in a form that this version knows, or lacks what must be in it.

    Args:
        site: What people call the site.
        detail: What cannot be read or found: a clause, and sentences that follow it.
    """

    def __init__(self, site: str, detail: Sentence) -> None:
        self.site = site
        self.detail = detail
        super().__init__(_differs(site, detail))


def _differs(site: str, detail: Sentence) -> Sentence:
    return sentence(
        "site.differs",
        "{site} answers differently than this version knows: {detail} `ohdio report` with the link writes what the "
        "site answers to a file, which you can attach when you report this.",
        site=site,
        detail=detail,
    )


class TransientError(OhdioError):
    """Trying again may help: the row waits, with growing delays, until its attempts are spent.

    Args:
        said: The sentence that people read.
        retry_after: Wait at least this long; what a site asked for.
    """

    def __init__(self, said: Sentence, *, retry_after: timedelta | None = None) -> None:
        super().__init__(said)
        self.retry_after = retry_after


class DiffersForNow(TransientError):
    """A known site's answer is not in a form that this version knows; it may be again when it is asked later.

    Args:
        site: What people call the site.
        detail: What cannot be read or found: a clause.
    """

    def __init__(self, site: str, detail: Sentence) -> None:
        self.site = site
        self.detail = detail
        super().__init__(_differs(site, detail))


class SiteFailed(TransientError):
    """The site cannot be reached, or fails by itself."""

    is_of_site = True


class Unreachable(SiteFailed):
    """No connection to the site can be made."""


class Postponed(TransientError):
    """Not the item's fault (a busy host, a full disk): the row waits and no attempt is spent."""


class NeedsPerson(Postponed):
    """A person must mend something on this machine first; the sentence names the setting or the folder."""


class NoRoom(Postponed):
    """It would not fit the disk: the row is held until there is room, or a person wants it anyway."""


class Throttled(Postponed):
    """The site asks for fewer requests: nobody asks it anything until the time it named has passed."""
