"""Where the API is reached as a process of its own, and what lets in; what is wrong is said of a setting."""

from __future__ import annotations

import socket

import structlog

from ohdio_api.access import TokenFile, required_token
from ohdio_api.listening_socket import listen
from ohdio_core.data_directory import default_data_directory
from ohdio_core.reasons import reason_in_sentence
from ohdio_core.sentences import sentence
from ohdio_core.settings import InvalidSettings

log = structlog.get_logger(__name__)


def token_of(host: str, given: str | None) -> str | None:
    """Return what requests must carry, made and kept where a person has set none; None where everybody gets in.

    Args:
        host: The address that is listened on.
        given: The token that a person set.

    Raises:
        InvalidSettings: It cannot be kept.
    """
    kept = TokenFile(default_data_directory() / "token")
    try:
        token = required_token(host, given, kept.read_or_make)
    except OSError as error:
        raise InvalidSettings(
            sentence(
                "setting.no_place_for_token",
                "OHDIO_API_TOKEN is not set, and a token of our own cannot be kept in {file} ({reason}). Set it, or "
                "let XDG_DATA_HOME name a folder that can be written to.",
                file=str(kept.path),
                reason=reason_in_sentence(error),
            )
        ) from None
    if token is not None and given is None:
        log.info("requests need the token; python -m ohdio_api.token prints it", kept=str(kept.path))
    return token


def open_address(host: str, port: int) -> socket.socket:
    """Return the socket of the address that settings name.

    Raises:
        InvalidSettings: It cannot be listened on.
    """
    try:
        return listen(host, port)
    except OSError as error:
        raise InvalidSettings(
            sentence(
                "setting.address_not_usable",
                "HOST {host} and PORT {port} cannot be listened on: {reason}. "
                "Choose another port, or end what is using it.",
                host=host,
                port=str(port),
                reason=reason_in_sentence(error),
            )
        ) from None
