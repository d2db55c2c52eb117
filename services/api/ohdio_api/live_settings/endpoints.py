"""Routes of settings."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from ohdio_api.live_settings.service import SettingsService
from ohdio_api.problems import problems
from ohdio_api.provide import given
from ohdio_core.schemas.settings import SettingOrder, SettingView, SettingViews

router = APIRouter(prefix="/settings", tags=["settings"])

Service = Annotated[SettingsService, Depends(given(SettingsService))]
Name = Annotated[str, Path(max_length=100, description="As `GET /settings` has it.", examples=["page_interval"])]

_MISSING_OR_UNFIT = problems(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)


@router.get("")
def list_settings(settings: Service) -> SettingViews:
    """List every setting of every service: its value, its default, and where the value comes from."""
    return settings.all()


@router.put("/{name}", responses=_MISSING_OR_UNFIT)
def change_setting(settings: Service, name: Name, body: SettingOrder) -> SettingView:
    """Change a setting while ohdio runs; every process hears of it within a second, and it survives restarts."""
    return settings.change(name, body.value)


@router.delete("/{name}", responses=_MISSING_OR_UNFIT)
def reset_setting(settings: Service, name: Name) -> SettingView:
    """Return a setting to its default."""
    return settings.reset(name)
