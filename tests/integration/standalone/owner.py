"""``python owner.py DIRECTORY``: owns an embedded PostgreSQL until it is killed; says when it is ready."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from ohdio.postgres import EmbeddedPostgres

EmbeddedPostgres(Path(sys.argv[1])).start()
print("ready", flush=True)
while True:
    time.sleep(60)
