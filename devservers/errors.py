"""What can go wrong with a server of ours."""

from __future__ import annotations


class ServerUnavailable(Exception):
    """The server is not installed, or did not start; the message says what to do."""
