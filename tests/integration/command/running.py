"""The command as a process that talks to a running API."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.fixtures.api import Api


def ohdio(api: Api, *arguments: str, text: str = "", code: int = 0) -> subprocess.CompletedProcess[str]:
    """Run the command against a running API to its end; it must end with this code."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("ohdio")), *arguments, "--api", api.url],
        input=text,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done
