"""What all classes of settings have in common."""

from __future__ import annotations

from pydantic_settings import BaseSettings, SettingsConfigDict


class Group(BaseSettings, defer_build=True):  # of a dozen classes a process makes one object
    """Base of every settings class: frozen, from the environment, unknown variables ignored."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", populate_by_name=True, env_ignore_empty=True, case_sensitive=True
    )
