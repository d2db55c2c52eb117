"""A private nginx: what real servers do with ranges, validators and limits."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_CONFIG = """
daemon off;
worker_processes 1;
pid {base}/nginx.pid;
error_log {base}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log {base}/access.log combined;
    log_format served '$uri $status $body_bytes_sent "$http_range"';
    access_log {base}/served.log served;
    client_body_temp_path {base}/tmp; proxy_temp_path {base}/tmp; fastcgi_temp_path {base}/tmp;
    uwsgi_temp_path {base}/tmp; scgi_temp_path {base}/tmp;
    types {{ audio/mpeg mp3; audio/mp4 m4a mp4; video/mp2t ts; application/vnd.apple.mpegurl m3u8; }}
    default_type application/octet-stream;
    server {{
        listen 127.0.0.1:{port};
        root {base}/www;
        location /slow/ {{ limit_rate 400k; }}
    }}
}}
"""


class Nginx:
    """Serves the files below ``www``; ``/slow/`` at 400 KiB a second."""

    def __init__(self, base: Path) -> None:
        self._base = base
        self.www = base / "www"
        (self.www / "slow").mkdir(parents=True)
        (base / "tmp").mkdir()
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        (base / "nginx.conf").write_text(_CONFIG.format(base=base, port=self._port))
        # The worker processes give up root, and pytest's directories are closed to others.
        for directory in (base, *base.parents):
            if directory.stat().st_uid == 0 and directory != Path("/") and "pytest" in str(directory):
                directory.chmod(0o755)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def put(self, name: str, data: bytes) -> str:
        """Serve ``data`` under ``name``; gives its URL."""
        path = self.www / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return f"{self.url}/{name}"

    def served(self, name: str) -> list[tuple[int, int]]:
        """(status, bytes of the body) of each request for ``name`` that has ended."""
        lines = (self._base / "served.log").read_text().splitlines()
        rows = [re.fullmatch(r"(\S+) (\d+) (\d+) .*", line) for line in lines]
        return [(int(row[2]), int(row[3])) for row in rows if row is not None and row[1] == f"/{name}"]

    @contextmanager
    def running(self) -> Iterator[Nginx]:
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        process = subprocess.Popen(
            [program, "-p", str(self._base), "-c", str(self._base / "nginx.conf")], stderr=subprocess.DEVNULL
        )
        try:
            self._wait(process)
            yield self
        finally:
            process.terminate()
            process.wait(timeout=10)

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self._port), timeout=0.2).close()
            except OSError:
                if process.poll() is not None:
                    raise RuntimeError((self._base / "error.log").read_text()) from None
            else:
                return
        raise RuntimeError("nginx did not start")
