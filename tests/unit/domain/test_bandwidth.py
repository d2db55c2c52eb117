"""How the limit of all downloads is divided among processes."""

from __future__ import annotations

import pytest

from ohdio_core.domain.bandwidth import Demand, fair_share, granted_share


def test_a_process_that_downloads_alone_has_all_of_it() -> None:
    assert fair_share(Demand(3, 1.0), []) == 1.0
    assert fair_share(Demand(0, 1.0), []) == 0.0


def test_each_transfer_has_the_same_whichever_process_it_is_of() -> None:
    mine, other = Demand(3, 1.0), Demand(1, 1.0)
    assert fair_share(mine, [other]) == pytest.approx(0.75)
    assert fair_share(other, [mine]) == pytest.approx(0.25)


def test_what_one_cannot_use_the_others_have() -> None:
    slow, one, other = Demand(1, 0.1), Demand(1, 1.0), Demand(2, 1.0)
    assert fair_share(slow, [one, other]) == pytest.approx(0.1)
    assert fair_share(one, [slow, other]) == pytest.approx(0.3)
    assert fair_share(other, [slow, one]) == pytest.approx(0.6)


def test_two_that_ask_for_the_same_have_the_same() -> None:
    assert fair_share(Demand(1, 0.2), [Demand(1, 0.2), Demand(1, 1.0)]) == pytest.approx(0.2)
    assert fair_share(Demand(1, 1.0), [Demand(1, 0.2), Demand(1, 0.2)]) == pytest.approx(0.6)


def test_nobody_has_more_than_others_leave() -> None:
    assert granted_share(0.5, [1.0]) == 0.0
    assert granted_share(0.5, [0.25, 0.5]) == pytest.approx(0.25)
    assert granted_share(0.5, [0.1]) == 0.5
