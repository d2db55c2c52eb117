from __future__ import annotations

import subprocess
import sys

from tests.architecture.source_tree import ROOT

#: What only tests with servers need.
_SERVERS = ("devservers", "docker", "dramatiq", "pika", "testcontainers", "tests.fixtures.servers", "uvicorn")

_COLLECT = """
import sys, pytest
ended = pytest.main(["--collect-only", "-q", "--assert=plain", "-p", "no:cacheprovider", "tests/unit"])
print(int(ended), *sorted(name for name in {names} if name in sys.modules))
"""


def test_unit_tests_import_nothing_that_starts_a_server() -> None:
    program = _COLLECT.format(names=_SERVERS)
    found = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.splitlines()[-1] == "0", found.stdout[-2000:]
