"""What a person follows privately: any feed or page behind a password or a secret link."""

from __future__ import annotations

from ohdio_core.sources.private.link import PrivateLink, has_credentials, read_private_link
from ohdio_core.sources.private.source import PrivateSource

__all__ = ["PrivateLink", "PrivateSource", "has_credentials", "read_private_link"]
