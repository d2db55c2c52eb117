"""How often a feed wants to be asked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ohdio_core.domain.rhythm import AT_ANY_TIME, Rhythm
from ohdio_core.sources.rss.channel import read_channel
from tests.unit.sources.rss.documents import FEED, rss


@pytest.mark.parametrize(
    ("said", "rhythm"),
    [
        ("", AT_ANY_TIME),
        ("<ttl>720</ttl>", Rhythm(timedelta(hours=12))),
        ("<ttl> 60 </ttl>", Rhythm(timedelta(hours=1))),
        ("<ttl>soon</ttl>", AT_ANY_TIME),
        ("<ttl>-5</ttl>", AT_ANY_TIME),
        ("<ttl>99999999999999</ttl>", AT_ANY_TIME),
        ("<sy:updatePeriod>daily</sy:updatePeriod>", Rhythm(timedelta(days=1))),
        (
            "<sy:updatePeriod> Daily </sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>",
            Rhythm(timedelta(hours=12)),
        ),
        (
            "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>",
            Rhythm(timedelta(hours=1)),
        ),
        ("<sy:updatePeriod>now and then</sy:updatePeriod>", AT_ANY_TIME),
        ("<ttl>60</ttl><sy:updatePeriod>weekly</sy:updatePeriod>", Rhythm(timedelta(days=7))),
        (
            "<skipHours><hour>0</hour><hour>24</hour><hour>5</hour><hour>25</hour><hour/></skipHours>",
            Rhythm(skipped_hours=frozenset({0, 5})),
        ),
    ],
)
def test_is_what_the_channel_says(said: str, rhythm: Rhythm) -> None:
    assert read_channel(rss(channel=f"<title>Le phare</title>{said}").decode(), FEED).rhythm == rhythm
