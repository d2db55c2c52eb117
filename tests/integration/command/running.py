"""The command as a process that talks to a running API."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tests.fixtures.api import Api


def ohdio(
    api: Api,
    *arguments: str,
    text: str = "",
    code: int = 0,
    url: str | None = None,
    locale: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run the command against a running API, or what else answers at ``url``, to its end with this code."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("ohdio")), *arguments, "--api", url or api.url],
        input=text,
        env={**os.environ, **(locale or {})},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done


def on_a_terminal(api: Api, *arguments: str, answer: str) -> tuple[int, str]:
    """Run the command as a person does who answers its question; return its code, and what the terminal showed."""
    ours, theirs = os.openpty()
    command = str(Path(sys.executable).with_name("ohdio"))
    with subprocess.Popen(
        [command, *arguments, "--api", api.url], stdin=theirs, stdout=theirs, stderr=theirs, env=os.environ
    ) as running:
        os.close(theirs)
        os.write(ours, answer.encode())
        shown = b""
        # Where nobody writes to it any more, reading a terminal is an error.
        with suppress(OSError):
            while piece := os.read(ours, 65536):
                shown += piece
        os.close(ours)
        return running.wait(timeout=30), shown.decode()
