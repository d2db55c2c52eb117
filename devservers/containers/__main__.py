"""``python -m devservers.containers COMMAND…``: run a command where a Docker engine has our images.

An engine that answers is used, with the base images of its registry. Where none does, a private one is started from
Debian's packages, as root, with stand-ins for them; the command runs in its network.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from devservers.containers.engine import Engine
from devservers.containers.images import ROOT, build_images
from devservers.errors import ServerUnavailable

_DATA = ROOT / ".containers"
_WITH_MOUNTS = Path(__file__).with_name("with-mounts")


def main() -> None:
    """Run the command; end with its code."""
    command = sys.argv[1:]
    engine = Engine()
    if not engine.is_answering():
        private = [sys.executable, "-m", "devservers.containers.private", str(_DATA), *command]
        os.execvp("unshare", ["unshare", "--mount", str(_WITH_MOUNTS), str(_DATA), *private])  # noqa: S606
    try:
        build_images(engine)
    except ServerUnavailable as problem:
        sys.exit(str(problem))
    sys.exit(subprocess.run(command, env=engine.environment, check=False).returncode)


if __name__ == "__main__":
    main()
