"""What settings are about: the order in which people are shown them, on their page and in docs/configuration.md."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class SettingTopic(StrEnum):
    """What a person wants to do with a setting; what is wanted most comes first."""

    DOWNLOADS = "Downloads and speed"
    LIBRARY = "Library and names"
    DISK = "Disk"
    FOLLOWING = "Following"
    NOTIFICATIONS = "Quiet hours and digests"
    SITES = "Sources and network"
    ENTRANCE = "Addresses and sign-in"
    SYSTEM = "Time zone, log and servers"


#: The names of all settings, in their order within a topic.
_NAMES: Mapping[SettingTopic, str] = MappingProxyType(
    {
        SettingTopic.DOWNLOADS: """
            speed_limit_kb download_hours max_concurrent_downloads segments_at_once stall longest_part_hours
        """,
        SettingTopic.LIBRARY: """
            library_dir book_names show_names book_form verify_days umask library_url aws_endpoint_url aws_region
            aws_access_key_id aws_access_key_id_file aws_secret_access_key aws_secret_access_key_file
            aws_session_token aws_session_token_file aws_ca_bundle
        """,
        SettingTopic.DISK: "min_disk_space_mb work_dir",
        SettingTopic.FOLLOWING: "feed_hours page_hours",
        SettingTopic.NOTIFICATIONS: "digest_minutes quiet_hours",
        SettingTopic.SITES: """
            page_interval user_agent with_ytdlp allow_private_addresses host_overrides scraper_threads metadata_threads
        """,
        SettingTopic.ENTRANCE: """
            host port public_url api_token trusted_proxies proxy_user_header secret_key secret_key_file
        """,
        SettingTopic.SYSTEM: """
            time_zone log_level log_json metrics_port metrics_host database_url database_password_file rabbitmq_url
            rabbitmq_password_file queue_type lease beat idle_beat tick resend_after
        """,
    }
)
SETTING_NAMES: Mapping[SettingTopic, tuple[str, ...]] = MappingProxyType(
    {topic: tuple(names.split()) for topic, names in _NAMES.items()}
)
