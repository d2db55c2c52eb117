"""The client of a bucket's server."""

from __future__ import annotations

import ssl
from functools import lru_cache
from typing import Any

import botocore.session
from botocore.config import Config

from ohdio_core.library.bucket.address import BucketAddress


@lru_cache
def connect(address: BucketAddress, answers_within: int, attempts: int) -> Any:
    """Return a client of a server, which takes half a second to make; it may be used by several threads."""
    config = Config(
        connect_timeout=5,
        read_timeout=answers_within,
        max_pool_connections=64,  # a gateway may send as many at once
        retries={"mode": "standard", "total_max_attempts": attempts},
        # Buckets of other servers seldom have a name of their own in the domain.
        s3={"addressing_style": "path" if address.endpoint else "auto"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    session = botocore.session.get_session()
    client = session.create_client(
        "s3",
        region_name=address.region or session.get_config_variable("region") or "us-east-1",
        endpoint_url=address.endpoint,
        verify=address.authority,
        aws_access_key_id=address.key_id,
        aws_secret_access_key=address.secret,
        aws_session_token=address.session_token,
        config=config,
    )
    if address.authority is None:
        _trust_as_others_do(client)
    return client


def _trust_as_others_do(client: Any) -> None:
    """Add the authorities of the system, or of SSL_CERT_FILE and SSL_CERT_DIR, to the public ones that botocore has."""
    # botocore itself takes one file in the place of its own, and neither the system's nor several.
    http = client._endpoint.http_session  # noqa: SLF001
    http._manager.connection_pool_kw["ssl_context"] = ssl.create_default_context()  # noqa: SLF001
    http._get_ssl_context = ssl.create_default_context  # noqa: SLF001 # for what goes through a proxy
