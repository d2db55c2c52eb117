from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from structlog.testing import capture_logs

from ohdio_core.errors import (
    AnswersDifferently,
    Blocked,
    NotFound,
    OhdioError,
    PermanentError,
    Postponed,
    TransientError,
)
from ohdio_core.sentences import legacy
from ohdio_core.sources.strategies import Strategy, StrategyChoice, StrategyOutcome, once

NOWHERE = PermanentError(legacy("No such field."))
BUSY = TransientError(legacy("The site answered 503."))


class Ways:
    """Strategies that note that they were run; an answer is its own completeness."""

    def __init__(self, **answers: float | OhdioError) -> None:
        self.run: list[str] = []
        self.choice = StrategyChoice(
            "book 7", [Strategy(name, self._way(name, answers[name])) for name in answers], float, site="Site"
        )

    def _way(self, name: str, answer: float | OhdioError) -> Callable[[], float]:
        def run() -> float:
            self.run.append(name)
            if isinstance(answer, OhdioError):
                raise answer
            return answer

        return run


class TestBest:
    def test_the_first_complete_answer_ends_the_search(self) -> None:
        ways = Ways(api=0.5, page=1.0, links=1.0)
        assert ways.choice.best() == 1.0
        assert ways.run == ["api", "page"]

    def test_the_most_complete_answer_wins_where_none_is_complete(self) -> None:
        ways = Ways(api=0.2, page=0.7, links=0.3)
        assert ways.choice.best() == 0.7
        assert ways.run == ["api", "page", "links"]

    @pytest.mark.parametrize("error", [NOWHERE, BUSY])
    def test_a_way_that_fails_is_passed_over(self, error: OhdioError) -> None:
        assert Ways(api=error, page=0.4).choice.best() == 0.4

    def test_what_does_not_exist_is_not_looked_for_elsewhere(self) -> None:
        ways = Ways(api=NotFound(legacy("There is no book 7.")), page=1.0)
        with pytest.raises(NotFound, match="no book 7"):
            ways.choice.best()
        assert ways.run == ["api"]

    def test_who_was_busy_may_know_what_another_did_not_find(self) -> None:
        with pytest.raises(TransientError, match="503"):
            Ways(api=BUSY, page=NotFound(legacy("404"))).choice.best()

    def test_not_found_does_not_undo_what_was_found(self) -> None:
        assert Ways(api=0.4, page=NotFound(legacy("404"))).choice.best() == 0.4

    def test_a_site_that_wants_to_be_left_alone_is(self) -> None:
        ways = Ways(api=Postponed(legacy("Not its turn.")), page=1.0)
        with pytest.raises(Postponed):
            ways.choice.best()
        assert ways.run == ["api"]

    def test_all_that_failed_for_now_may_be_tried_again(self) -> None:
        with pytest.raises(TransientError, match="503"):
            Ways(api=NOWHERE, page=BUSY).choice.best()

    def test_all_that_failed_for_good_are_named(self) -> None:
        with pytest.raises(PermanentError, match=r"book 7.*\[api\] No such field.*\[page\] No such field"):
            Ways(api=NOWHERE, page=NOWHERE).choice.best()

    def test_a_site_that_no_way_can_read_answers_differently(self) -> None:
        with pytest.raises(
            AnswersDifferently, match=r"^Site answers differently than this version knows: .*ohdio report"
        ) as raised:
            Ways(api=NOWHERE, page=AnswersDifferently("Site", legacy("no title can be found."))).choice.best()
        assert raised.value.site == "Site"
        assert str(raised.value).count("ohdio report") == 1

    def test_a_site_that_refuses_every_way_does_not(self) -> None:
        with pytest.raises(Blocked, match="403"):
            Ways(api=Blocked(legacy("403")), page=Blocked(legacy("403"))).choice.best()

    def test_the_log_says_who_served_and_who_failed(self) -> None:
        with capture_logs() as logged:
            Ways(api=NOWHERE, page=1.0).choice.best()
        [event] = logged
        assert (event["what"], event["strategy"], event["completeness"]) == ("book 7", "page", 1.0)
        assert event["failed"] == {"api": "No such field."}


class Pieces:
    """Strategies that know some of four things each, or fail; any two of them are enough to be believed."""

    def __init__(self, **known: str | OhdioError) -> None:
        self.run: list[str] = []
        self.choice = StrategyChoice(
            "book 7",
            [Strategy(name, partial(self._run, name, known[name])) for name in known],
            lambda answer: len(answer) / 4,
            merge=lambda first, second: first + "".join(piece for piece in second if piece not in first),
            sufficient=0.5,
            site="Site",
        )

    def _run(self, name: str, known: str | OhdioError) -> str:
        self.run.append(name)
        if isinstance(known, OhdioError):
            raise known
        return known


class TestMerge:
    def test_what_one_way_lacks_another_adds(self) -> None:
        pieces = Pieces(api="ab", page="bc", links="d", more="abcd")
        assert pieces.choice.best() == "abcd"
        assert pieces.run == ["api", "page", "links"]

    def test_the_more_complete_answer_is_the_one_that_is_added_to(self) -> None:
        assert Pieces(api="ca", page="bad").choice.best() == "badc"

    def test_enough_that_another_way_knows_no_more_of_ends_the_search(self) -> None:
        pieces = Pieces(api="ab", page="a", links="abcd")
        assert pieces.choice.best() == "ab"
        assert pieces.run == ["api", "page"]

    def test_a_way_that_fails_confirms_nothing(self) -> None:
        assert Pieces(api="ab", page=NOWHERE, links="abcd").choice.best() == "abcd"

    def test_too_little_is_looked_for_to_the_last(self) -> None:
        assert Pieces(api="a", page="a", links="d").choice.best() == "ad"

    def test_enough_is_taken_where_the_site_wants_to_be_left_alone(self) -> None:
        assert Pieces(api="ab", page=Postponed(legacy("Not its turn."))).choice.best() == "ab"

    def test_too_little_is_not(self) -> None:
        with pytest.raises(Postponed):
            Pieces(api="a", page=Postponed(legacy("Not its turn."))).choice.best()

    def test_the_log_names_all_who_served(self) -> None:
        with capture_logs() as logged:
            Pieces(api="ab", page="cd").choice.best()
        assert [event["strategy"] for event in logged] == ["api + page"]


class TestOutcomes:
    def test_each_way_is_tried_by_itself(self) -> None:
        ways = Ways(api=1.0, page=Postponed(legacy("Not its turn.")), links=0.3)
        assert list(ways.choice.outcomes()) == [
            StrategyOutcome("api", 1.0),
            StrategyOutcome("page", None, "Not its turn."),
            StrategyOutcome("links", 0.3),
        ]


class TestOnce:
    def test_an_answer_is_read_once(self) -> None:
        numbers = iter((7, 8))
        read = once(lambda: next(numbers))
        assert (read(), read()) == (7, 7)

    def test_so_is_an_error(self) -> None:
        asked: list[str] = []

        def fail() -> int:
            asked.append("once")
            raise NOWHERE

        read = once(fail)
        for _ in range(2):
            with pytest.raises(PermanentError, match="No such field"):
                read()
        assert asked == ["once"]
