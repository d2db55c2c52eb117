"""How many may download at once, and why that is another number than could."""

from __future__ import annotations

from ohdio_api.overview import Overview
from ohdio_core.schemas.queue import LimitView
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.sentences import Sentence, sentence, text_of
from ohdio_core.work.stages import DOWNLOADS


def show_limit(overview: Overview) -> LimitView:
    """Return how many may download at once, and how many could."""
    explanation = _explanation(overview)
    return LimitView(
        max_concurrent_downloads=overview.limit,
        downloader_threads=overview.workers_of(DOWNLOADS.service).threads,
        explanation=text_of(explanation),
        explanation_message=SentenceView.of(explanation),
    )


def _explanation(overview: Overview) -> Sentence | None:
    """Return why limit and threads differ, for people; None when they do not."""
    limit, (downloaders, threads) = overview.limit, overview.workers_of(DOWNLOADS.service)
    if threads == limit:
        return None
    if downloaders == 0:
        return sentence("limit.no_downloader", "No downloader is running; the limit is {limit}.", limit=limit)
    one, several = (
        sentence("downloaders.one", "1 downloader"),
        sentence("downloaders.several", "{count} downloaders", count=downloaders),
    )
    who = one if downloaders == 1 else several
    if threads > limit:
        return sentence(
            "limit.below_threads",
            "{downloaders} could run {threads}, the limit is {limit}.",
            downloaders=who,
            threads=threads,
            limit=limit,
        )
    return sentence(
        "limit.above_threads",
        "The limit is {limit}, but {downloaders} can run {threads}; start another, or `ohdio up` again, to reach it.",
        limit=limit,
        downloaders=who,
        threads=threads,
    )
