"""RabbitMQ: any broker reached by its URLs, and one that we run from Debian's package."""

from __future__ import annotations

import os
import signal
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote, urlsplit

import httpx
import psutil

from devservers.errors import ServerUnavailable
from devservers.guarded import GuardedProcess
from devservers.ports import free_ports
from devservers.waiting import wait_until

#: Not /usr/sbin/rabbitmq-server: as root that one ignores its arguments and starts the machine's default node.
BINARIES = Path("/usr/lib/rabbitmq/bin")


class Rabbit:
    """A RabbitMQ broker with its management plugin, as its administrator sees it.

    Args:
        url: ``amqp://user:password@host:port``; a path is ignored.
        management_url: ``http://host:port`` of the management plugin; the same user.
    """

    def __init__(self, url: str, management_url: str) -> None:
        parts = urlsplit(url)
        self._base = f"{parts.scheme}://{parts.netloc}"
        self._user = parts.username or "guest"
        self._management_url = management_url
        self._password = parts.password or "guest"

    def url(self, vhost: str) -> str:
        """Return the AMQP URL of one virtual host."""
        return f"{self._base}/{quote(vhost, safe='')}"

    def create_vhost(self, name: str) -> None:
        """Create an empty virtual host in which the user may do everything; harmless when it exists."""
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        self.manage("PUT", f"vhosts/{quote(name, safe='')}")
        self.manage("PUT", f"permissions/{quote(name, safe='')}/{quote(self._user, safe='')}", everything)

    def delete_vhost(self, name: str) -> None:
        """Delete a virtual host, cutting those connected to it."""
        self.manage("DELETE", f"vhosts/{quote(name, safe='')}")

    def manage(self, method: str, path: str, body: object = None) -> Any:
        """Send a request to the management plugin; return its JSON answer, or None for an empty one.

        Raises:
            httpx.HTTPError: It did not answer, or with an error.
        """
        answer = httpx.request(
            method,
            f"{self._management_url}/api/{path}",
            json=body,
            auth=(self._user, self._password),
            timeout=10,
            trust_env=False,
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None


class RabbitServer(Rabbit):
    """A broker of our own on 127.0.0.1: a private node that no other broker on the machine can disturb.

    Args:
        base_dir: Holds its data and its logs; made when missing. The same directory again is the same data again.
        consumer_timeout: After how long it cuts a consumer that has not acknowledged; None for its own 30 minutes.

    Raises:
        ServerUnavailable: RabbitMQ is not installed.
    """

    def __init__(self, base_dir: Path, *, consumer_timeout: timedelta | None = None) -> None:
        if not (BINARIES / "rabbitmq-server").exists():
            raise ServerUnavailable(
                "RabbitMQ is not installed: run `make servers`, or `apt-get install rabbitmq-server`."
            )
        ports = free_ports(5)
        self.port, self.management_port, self.prometheus_port, self._distribution_port, self._epmd_port = ports
        super().__init__(f"amqp://guest:guest@127.0.0.1:{self.port}", f"http://127.0.0.1:{self.management_port}")
        self._base_dir = base_dir
        self._consumer_timeout = consumer_timeout
        self._process: GuardedProcess | None = None

    def start(self) -> Self:
        """Start it; return when it takes connections, after about ten seconds.

        Raises:
            ServerUnavailable: It did not start within a minute.
        """
        self._configure()
        process = GuardedProcess(
            [str(BINARIES / "rabbitmq-server")],
            environment=self._environment(),
            log=self._base_dir / "output.log",
            stop_signal=signal.SIGTERM,
            grace=timedelta(seconds=30),
        )
        self._process = process
        process.wait_until_ready(self._is_ready, timedelta(seconds=60), f"RabbitMQ on port {self.port}")
        return self

    def is_running(self) -> bool:
        """Return whether it has been started and has not ended."""
        return self._process is not None and self._process.is_running()

    def processes(self) -> list[psutil.Process]:
        """Return all of its processes."""
        return self._process.processes() if self._process is not None else []

    def stop(self) -> None:
        """Shut it down cleanly, in about eight seconds; harmless when it is not running."""
        if self._process is not None:
            self._process.stop()

    def kill(self) -> None:
        """Kill every process of it with SIGKILL, as a crash would. ``start`` brings the data back."""
        if self._process is not None:
            self._process.kill()

    def freeze(self) -> None:
        """Stop every process of it with SIGSTOP: connections stay open and nothing answers."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Continue after ``freeze``."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)

    def raise_memory_alarm(self) -> None:
        """Make it block every connection that publishes, as one that is short of memory does."""
        self.control("set_vm_memory_high_watermark", "0")
        self._wait_for_alarm(is_raised=True)

    def clear_memory_alarm(self) -> None:
        """End what ``raise_memory_alarm`` began."""
        self.control("set_vm_memory_high_watermark", "0.4")
        self._wait_for_alarm(is_raised=False)

    def control(self, *arguments: str) -> str:
        """Run ``rabbitmqctl`` on it, which takes a second or two; return what it printed.

        Raises:
            ServerUnavailable: The command failed.
        """
        done = subprocess.run(
            [BINARIES / "rabbitmqctl", "--quiet", *arguments],
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise ServerUnavailable(f"rabbitmqctl {' '.join(arguments)} failed:\n{done.stdout}")
        return done.stdout

    def cpu_seconds(self) -> float:
        """Return the CPU time that its processes have used."""
        return self._process.cpu_seconds() if self._process is not None else 0.0

    def __enter__(self) -> Self:
        """Start it."""
        return self.start()

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.stop()

    def _configure(self) -> None:
        (self._base_dir / "home").mkdir(parents=True, exist_ok=True)
        # Without ports of their own the plugins would collide with another node's.
        settings = {
            "management.tcp.ip": "127.0.0.1",
            "management.tcp.port": self.management_port,
            "prometheus.tcp.ip": "127.0.0.1",
            "prometheus.tcp.port": self.prometheus_port,
        }
        if self._consumer_timeout is not None:
            settings["consumer_timeout"] = int(self._consumer_timeout.total_seconds() * 1000)
        lines = "".join(f"{name} = {value}\n" for name, value in settings.items())
        (self._base_dir / "rabbitmq.conf").write_text(lines, encoding="utf-8")
        plugins = "[rabbitmq_management,rabbitmq_prometheus].\n"
        (self._base_dir / "enabled_plugins").write_text(plugins, encoding="utf-8")

    def _environment(self) -> dict[str, str]:
        base = str(self._base_dir)
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": f"{base}/home",
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_CRASH_DUMP": f"{base}/log/erl_crash.dump",
            "RABBITMQ_NODENAME": f"ohdio-{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self._distribution_port),
            "RABBITMQ_MNESIA_BASE": f"{base}/data",
            "RABBITMQ_LOG_BASE": f"{base}/log",
            "RABBITMQ_CONFIG_FILE": f"{base}/rabbitmq",
            # Files that do not exist, so that the machine's own are not read.
            "RABBITMQ_ADVANCED_CONFIG_FILE": f"{base}/advanced.config",
            "RABBITMQ_CONF_ENV_FILE": f"{base}/rabbitmq-env.conf",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{base}/enabled_plugins",
            # No busy waiting: its idle schedulers would take the CPU from what is tested.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none",
        }

    def _is_ready(self) -> bool:
        return self._is_healthy(f"port-listener/{self.port}") and self._is_healthy("virtual-hosts")

    def _is_healthy(self, check: str) -> bool:
        try:
            self.manage("GET", f"health/checks/{check}")
        except httpx.HTTPError:
            return False
        return True

    def _wait_for_alarm(self, *, is_raised: bool) -> None:
        wait_until(
            lambda: self._is_healthy("local-alarms") is not is_raised,
            within=timedelta(seconds=20),
            otherwise=lambda: f"RabbitMQ's memory alarm did not {'start' if is_raised else 'end'} within 20 seconds.",
        )
