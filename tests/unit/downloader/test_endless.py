from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from ohdio_core.download_settings import DownloadSettings
from ohdio_downloader.fetch.endless import Allowance, Endless
from ohdio_downloader.fetch.partial import PartialFile
from ohdio_downloader.settings import limits_of

HOUR = timedelta(hours=1)


class TestAPartOfUnknownLength:
    @pytest.mark.parametrize(
        ("stated", "setting", "hours_of_sound", "hours_of_time"),
        [
            (None, None, 12, 12),
            (None, 30 * HOUR, 30, 30),
            (timedelta(0), None, 12, 12),
            (HOUR / 60, None, 1, 0.05),
            (2 * HOUR, None, 6, 6),
            (2 * HOUR, 30 * HOUR, 30, 6),
            (20 * HOUR, 30 * HOUR, 60, 60),
            (timedelta(days=10**8), None, 7.2e9, 7.2e9),
        ],
    )
    def test_may_take_three_times_what_is_stated_or_else_what_is_set(
        self, stated: timedelta | None, setting: timedelta | None, hours_of_sound: float, hours_of_time: float
    ) -> None:
        allowance = Allowance(setting=setting).stating(stated)

        assert allowance.size == pytest.approx(hours_of_sound * 3600 * 192_000)
        assert allowance.seconds == pytest.approx(hours_of_time * 3600)

    def test_the_longer_of_two_statements_counts(self) -> None:
        assert Allowance().stating(2 * HOUR).stating(HOUR).stating(None).seconds == 6 * 3600

    def test_the_setting_is_in_hours(self) -> None:
        settings = DownloadSettings.model_validate({"OHDIO_LONGEST_PART_HOURS": "1.5"})

        assert limits_of(settings).unannounced == Allowance(setting=1.5 * HOUR)


class TestAFileThatIsBound:
    def test_refuses_what_is_more_in_a_sentence_that_names_the_setting(self, tmp_path: Path) -> None:
        with PartialFile(tmp_path / "part", free_space_floor=0) as partial:
            partial.bound(192_000 * 3600, "waves.example")
            partial.write(b"ten bytes.")
            partial.bound(12, "waves.example")
            with pytest.raises(Endless, match="OHDIO_LONGEST_PART_HOURS") as caught:
                partial.write(b"and more")

        assert (caught.value.site, caught.value.most) == ("waves.example", 12)

    def test_says_how_much_that_is(self) -> None:
        sentence = str(Endless("a.example", 2_073_600_000))
        assert "more than 2,074 MB, which is enough for 3 hours of any sound" in sentence

    def test_takes_as_much_as_comes_once_the_length_is_known(self, tmp_path: Path) -> None:
        with PartialFile(tmp_path / "part", free_space_floor=0) as partial:
            partial.bound(3, "waves.example")
            partial.bound(None, "waves.example")
            partial.write(b"once upon a time")
            assert partial.size == 16
