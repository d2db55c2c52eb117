"""Running yt-dlp in a process of its own, with an end to its time and memory."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from ohdio_core.errors import NotFound, OhdioError, PermanentError, Throttled, TransientError
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.sources.http import ClientSettings, Exchange, SiteClient, StreamClosed
from ohdio_core.sources.ytdlp.proxy import GuardedProxy

_SECONDS = 60  # of CPU, and of time
_ENVIRONMENT = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "SSL_CERT_FILE", "SSL_CERT_DIR", "VIRTUAL_ENV")
_ERRORS: dict[str, type[OhdioError]] = {
    "not_found": NotFound,
    "throttled": Throttled,
    "transient": TransientError,
}


class _Process(Exchange):
    """The process as an exchange that the client's ``Abort`` can close."""

    def __init__(self) -> None:
        super().__init__()
        self.running: subprocess.Popen[bytes] | None = None

    def close(self) -> None:
        """End the process and whatever it has started."""
        super().close()
        if self.running is not None and self.running.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.running.pid, signal.SIGKILL)


def extract(url: str, http: SiteClient, settings: ClientSettings, *, seconds: int = _SECONDS) -> dict[str, Any]:
    """Return yt-dlp's summary of a link, as ``extract.py`` makes it.

    Raises:
        NotFound, PermanentError: It cannot be read, now or later; protected media are among this.
        TransientError: It may be read later.
        Throttled: The site asks for fewer requests.
        StreamClosed: The work was stopped.
    """
    proxy = GuardedProxy(settings)
    process = _Process()
    with proxy.running() as proxy_url, http.outside_request(url, process):
        request = {
            "url": _as_plain_http(url, settings),
            "proxy": proxy_url,
            "user_agent": settings.user_agent,
            "seconds": seconds,
        }
        output, code = _run(process, request, seconds)
    if process.is_closed and code != 0 and output is None:
        raise StreamClosed
    answer = _read(output)
    if answer is None:
        raise TransientError(
            sentence(
                "ytdlp.unfinished",
                "yt-dlp did not finish reading {link} within {seconds} s and 1 GiB of memory.",
                link=url,
                seconds=seconds,
            )
        )
    if "error" in answer:
        raise _error(url, str(answer["error"]), str(answer.get("message")), proxy.refusal)
    return answer


def _run(process: _Process, request: dict[str, Any], seconds: int) -> tuple[bytes | None, int]:
    """Run the process to its end; the output is None when it had to be ended."""
    # Into a file, whose size the process's own bounds limit; a pipe would be read into memory.
    with (
        tempfile.TemporaryDirectory(prefix="ohdio-ytdlp-") as scratch,
        (Path(scratch) / "answer").open("w+b") as answer,
    ):
        running = subprocess.Popen(
            [sys.executable, "-P", "-m", "ohdio_core.sources.ytdlp.extract"],
            stdin=subprocess.PIPE,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            cwd=scratch,
            env=_environment(scratch),
            start_new_session=True,
        )
        process.running = running
        if process.is_closed:
            process.close()
        try:
            running.communicate(json.dumps(request).encode(), timeout=seconds)
        except subprocess.TimeoutExpired:
            return None, _end(running)
        finally:
            _end(running)
        answer.seek(0)
        return (answer.read() if running.returncode == 0 else None), running.returncode


def _end(running: subprocess.Popen[bytes]) -> int:
    """End the process and its group; what it started must not outlive it."""
    if running.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
    if running.stdin is not None:
        with suppress(BrokenPipeError):
            running.stdin.close()
    return running.wait()


def _environment(scratch: str) -> dict[str, str]:
    """Return the variables that Python needs, and none of our secrets."""
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    return {**kept, "HOME": scratch, "TMPDIR": scratch, "YTDLP_NO_PLUGINS": "1", "PYTHONWARNINGS": "ignore"}


def _as_plain_http(url: str, settings: ClientSettings) -> str:
    """Return the plain HTTP address of a link on an overridden host, as only this can be redirected."""
    parts = urlsplit(url)
    is_overridden = (parts.hostname or "") in settings.host_overrides
    return urlunsplit(("http", *parts[1:])) if is_overridden else url


def _read(output: bytes | None) -> dict[str, Any] | None:
    if output is None:
        return None
    try:
        answer = json.loads(output)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _error(url: str, kind: str, message: str, refusal: Sentence | None) -> OhdioError:
    if refusal is not None:
        return PermanentError(refusal)
    if kind == "drm":
        return protected(url)
    message = message.strip().rstrip(".")
    return _ERRORS.get(kind, PermanentError)(
        sentence("ytdlp.unreadable", "yt-dlp cannot read {link}: {reason}.", link=url, reason=message)
    )


def protected(url: str) -> PermanentError:
    """Return the error for protected media."""
    return PermanentError(
        sentence(
            "ytdlp.protected", "The recording at {link} is protected (DRM); ohdio never removes protection.", link=url
        )
    )
