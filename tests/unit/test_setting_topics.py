"""Each setting has its place."""

from __future__ import annotations

from ohdio.settings import StandaloneSettings
from ohdio_core.live_settings import settings_of
from ohdio_core.setting_topics import SETTING_NAMES, SettingTopic
from tools.configuration import SERVICES


def test_each_setting_is_of_one_topic() -> None:
    named = [name for names in SETTING_NAMES.values() for name in names]
    assert sorted(named) == sorted(settings_of(StandaloneSettings, *SERVICES.values()))


def test_each_topic_has_settings_in_its_order() -> None:
    assert list(SETTING_NAMES) == list(SettingTopic)
    assert all(SETTING_NAMES.values())
