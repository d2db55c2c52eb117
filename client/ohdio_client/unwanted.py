"""What people are told of books that they removed."""

from __future__ import annotations

from ohdio_core.sentences import Sentence, sentence


def unwanted(count: int) -> Sentence:
    """Return how many books a scan left out because they were removed before, and what brings them back."""
    if count == 1:
        return sentence("unwanted.one", "1 unwanted, `--again` brings it")
    return sentence("unwanted.some", "{count} unwanted, `--again` brings them", count=count)
