from __future__ import annotations

import pkgutil
import subprocess
import sys

import ohdio_client
from tests.fixtures.without import NOT_OF_THE_CLIENT, blocking


def test_every_module_of_the_client_is_imported_without_what_services_need() -> None:
    every = sorted(module.name for module in pkgutil.walk_packages(ohdio_client.__path__, "ohdio_client."))
    assert "ohdio_client.cli.queue" in every
    program = f"{blocking(NOT_OF_THE_CLIENT)}\nimport {', '.join(every)}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_command_that_is_refused_has_read_no_answers_and_asked_nobody() -> None:
    loaded = "ohdio_client.api.transport", "httpx", "rich"
    program = f"import sys, ohdio_client.cli.app; print(*(name for name in {loaded} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
