"""From the sentence on a failed row to the kind of its failure."""

from __future__ import annotations

import pytest

from ohdio_core.domain.failure_cause import REMEDIES, Cause, ConversionRemedy, Remedy, cause_of, conversion_remedy
from ohdio_core.sentences import sentence

_GONE = sentence("http.gone", "it does not exist (any more)")
_404 = sentence("http.answered", "{host} answered {status}: {meaning}.", host="a.example", status=404, meaning=_GONE)


def test_the_innermost_sentence_that_says_why_is_what_counts() -> None:
    of_part = sentence("about", "{about}: {sentence}", about="Part 3", sentence=_404)
    last = sentence("given_up", "Given up after {attempts} attempts. {error}", attempts=5, error=of_part)
    assert cause_of(last.as_json()) is Cause.GONE


@pytest.mark.parametrize(
    ("id_", "cause"),
    [
        ("sound.protected", Cause.PROTECTED),
        ("sound.damaged", Cause.DAMAGED),
        ("transfer.cut", Cause.UNREACHABLE),
        ("file.page", Cause.NO_SOUND),
        ("site.differs", Cause.CHANGED),
        ("playlist.live", Cause.ENDLESS),
        ("ohdio.subscribers_only", Cause.LOCKED),
        ("source.unknown", Cause.CHANGED),
        ("legacy", Cause.OTHER),
        ("something.new", Cause.OTHER),
    ],
)
def test_of_single_sentences(id_: str, cause: Cause) -> None:
    assert cause_of({"id": id_, "values": {}}) is cause


@pytest.mark.parametrize(
    ("id_", "remedy"),
    [
        ("form.worker_died", ConversionRemedy.RETRY),
        ("unexpected", ConversionRemedy.RETRY),
        ("form.not_whole", ConversionRemedy.KEEP),
        ("sound.damaged", ConversionRemedy.KEEP),
        ("book_form.differs", ConversionRemedy.KEEP),
        ("form.book_gone", ConversionRemedy.DISMISS),
    ],
)
def test_of_the_same_files_nothing_else_is_made_another_time(id_: str, remedy: ConversionRemedy) -> None:
    assert conversion_remedy({"id": id_, "values": {}}) is remedy


def test_what_its_site_sends_damaged_each_time_is_not_tried_again() -> None:
    cut = sentence("sound.damaged_or_cut", "The file that was fetched is damaged or cut.")
    said = sentence("file.damaged_for_good", "{damage} {times} {how}", damage=cut, times="", how="")
    assert REMEDIES[cause_of(said.as_json())] is Remedy.REMOVE
    assert REMEDIES[cause_of(cut.as_json())] is Remedy.RETRY


def test_of_rows_of_before_there_were_ids() -> None:
    assert cause_of(None) is Cause.OTHER


def test_every_cause_has_a_remedy_and_what_is_gone_is_not_tried_again() -> None:
    assert set(REMEDIES) == set(Cause)
    assert REMEDIES[Cause.GONE] is Remedy.REMOVE
