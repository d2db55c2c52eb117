"""What there is to say of links that were added."""

from __future__ import annotations

from collections.abc import Sequence

from ohdio_api.web.forms import Notice, done, refused
from ohdio_api.web.words import Words
from ohdio_core.domain.audiobook import TargetKind
from ohdio_core.schemas.submissions import SubmissionResult, SubmissionState

_MOST_REFUSALS = 2  #: are said one by one
_LONGEST_LINK = 80  #: characters of a link that was refused


def notices_of(results: Sequence[SubmissionResult], words: Words) -> list[Notice]:
    """Return few sentences, however many links there were."""
    added = sum(result.state is SubmissionState.ACCEPTED and result.kind is TargetKind.AUDIOBOOK for result in results)
    known = [result for result in results if result.state is SubmissionState.KNOWN]
    wrong = [result for result in results if result.state is SubmissionState.REFUSED]
    said: list[Notice] = []
    if added:
        count = words.number(added)
        said.append(done(words.ngettext("%(count)s book added.", "%(count)s books added.", added) % {"count": count}))
    if len(known) == 1:
        said.append(done(words.translated_text(known[0].detail, known[0].detail_message) or ""))
    elif known:
        said.append(done(words.gettext("%(count)s links were known.") % {"count": words.number(len(known))}))
    said += [refused(_refusal(result, words)) for result in wrong[:_MOST_REFUSALS]]
    if (more := len(wrong) - _MOST_REFUSALS) > 0:
        several = words.ngettext("%(count)s more link was refused.", "%(count)s more links were refused.", more)
        said.append(refused(several % {"count": words.number(more)}))
    return said


def _refusal(result: SubmissionResult, words: Words) -> str:
    """Return why a link was refused, with as much of it as tells it from others."""
    url = result.url if len(result.url) <= _LONGEST_LINK else f"{result.url[:_LONGEST_LINK]}…"
    return f"{url}{words.gettext(':')} {words.translated_text(result.detail, result.detail_message)}"
