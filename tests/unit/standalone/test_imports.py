from __future__ import annotations

import subprocess
import sys

import pytest

#: Libraries that take long to import, and that no start needs before its first request.
_LATER = ("alembic", "av", "jinja2", "mutagen")


@pytest.mark.parametrize("module", ["ohdio.session", "ohdio.composition"])
def test_a_start_imports_nothing_that_its_first_request_does_not_need(module: str) -> None:
    program = f"import sys, {module}; print(*(name for name in {_LATER} if name in sys.modules))"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []
