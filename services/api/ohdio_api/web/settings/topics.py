"""Settings by what they are about, as their page shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ohdio_api.web.settings.shown import ShownSetting, show_setting
from ohdio_api.web.words import Words
from ohdio_core.schemas.settings import SettingView
from ohdio_core.setting_topics import SETTING_NAMES, SettingTopic


class ShownTopic(NamedTuple):
    """The settings of one topic."""

    name: str  #: for addresses within the page
    title: str
    live: Sequence[ShownSetting]  #: can be changed now
    fixed: Sequence[ShownSetting]


def show_topics(settings: Sequence[SettingView], words: Words) -> list[ShownTopic]:
    """Return the topics in their order; one of which there is no setting is left out."""
    by_name = {each.name: each for each in settings}
    titles = _titles(words)
    topics = []
    for topic, names in SETTING_NAMES.items():
        there = [by_name[name] for name in names if name in by_name]
        live = [show_setting(each, words) for each in there if each.is_changeable]
        fixed = [show_setting(each, words) for each in there if not each.is_changeable]
        if there:
            topics.append(ShownTopic(topic.name.lower(), titles[topic], live, fixed))
    return topics


def _titles(words: Words) -> Mapping[SettingTopic, str]:
    _ = words.gettext
    return {
        SettingTopic.DOWNLOADS: _("Downloads and speed"),
        SettingTopic.LIBRARY: _("Library and names"),
        SettingTopic.DISK: _("Disk"),
        SettingTopic.FOLLOWING: _("Following"),
        SettingTopic.NOTIFICATIONS: _("Quiet hours and digests"),
        SettingTopic.SITES: _("Sources and network"),
        SettingTopic.ENTRANCE: _("Addresses and sign-in"),
        SettingTopic.SYSTEM: _("Time zone, log and servers"),
    }
