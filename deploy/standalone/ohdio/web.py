"""The API of the single-machine product, on services that run."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from ohdio.composition import Services
from ohdio.http_server import HttpServer
from ohdio_api.app import create_app
from ohdio_api.collection_pauses import shorten_pauses
from ohdio_api.proxies import TrustedProxies
from ohdio_api.sites import site_clients
from ohdio_core.composition.http import client_settings_now


@contextmanager
def serving_api(
    services: Services,
    database_url: str,
    listener: socket.socket,
    *,
    host: str,
    token: str | None,
    proxies: TrustedProxies,
    public_url: str | None,
) -> Iterator[str]:
    """Serve the API while the block runs, and return its URL.

    Args:
        listener: The socket that it is served on, bound to ``host``.
        token: What every request must carry; None lets in whoever can reach the address.
        proxies: Those that tell who somebody is.
        public_url: By which others reach it, where a person has said so.
    """
    app = create_app(
        services.node,
        services.registry,
        services.library,
        site_clients(
            services.node.database,
            client_settings_now(services.settings),
            lambda: services.settings.now.page_interval,
        ),
        host=host,
        api_token=token,
        database_url=database_url,
        proxies=proxies,
        public_url=public_url,
    )
    shorten_pauses()
    with HttpServer(app, listener, shown_host=host) as server:
        yield server.url
