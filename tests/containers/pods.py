"""The pods of deploy/kubernetes, each a container that is confined as there."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from uuid import uuid4

import httpx

from devservers.containers.engine import Engine
from devservers.errors import ServerUnavailable
from tests.containers.stack import PATIENCE, InContainers
from tests.fixtures.kubernetes import Object, of_kind, render, serving, settings_of
from tests.fixtures.rest import Api
from tests.sites.client import SimOrigin


class Pods(InContainers):
    """The pods of an overlay, one of each, under the names of its services.

    What Kubernetes does for them (volumes of a group, secrets, probes) is done by hand.

    Args:
        directory: Gets their volumes; empty.
        settings: Those that the overlay has otherwise, or not.
        secret: Further keys of the secret.
    """

    def __init__(
        self,
        engine: Engine,
        directory: Path,
        origin: SimOrigin,
        overlay: str,
        *,
        settings: Mapping[str, str] = MappingProxyType({}),
        secret: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        super().__init__(Api("http://127.0.0.1:1"), origin, directory / "library", limit=3)
        self._engine = engine
        self._directory = directory
        self._objects = render(overlay)
        for each in of_kind(self._objects, "ConfigMap").values():
            if "DATABASE_URL" in each["data"]:
                each["data"] |= {"OHDIO_HOST_OVERRIDES": origin.overrides(), **settings}
        self._secret = {key: secrets.token_hex(12) for key in ("postgres", "rabbitmq", "token")} | dict(secret)
        self._network = f"ohdio{uuid4().hex[:8]}"
        self._containers: dict[str, str] = {}  # ids, by the names of what makes the pods

    def up(self) -> None:
        """Start them, servers first; return when all are ready."""
        self._engine.run("network", "create", self._network)
        for kind in ("StatefulSet", "Deployment"):
            names = [name for name in of_kind(self._objects, kind) if name in serving(self._objects)]
            for name in names:
                self._start(name)
            for name in names:
                self.wait_until(lambda: self.is_ready(name), PATIENCE, f"{name} is ready", every=0.5)  # noqa: B023
        self.api.close()
        self.api = Api(f"http://{self._address('api')}:8000", self._secret["token"])

    def is_ready(self, name: str) -> bool:
        """Return what the probe of a pod's readiness finds."""
        (container,) = self._pod(name)["spec"]["containers"]
        probe = container["readinessProbe"]
        ports = {port["name"]: port["containerPort"] for port in container["ports"]}
        if "exec" in probe:
            try:
                self._engine.run("exec", self._containers[name], *probe["exec"]["command"])
            except ServerUnavailable:
                return False
            return True
        asked = probe.get("httpGet") or probe["tcpSocket"]
        try:
            if "path" not in asked:
                socket.create_connection((self._address(name), ports[asked["port"]]), timeout=5).close()
                return True
            url = f"http://{self._address(name)}:{ports[asked['port']]}{asked['path']}"
            return httpx.get(url, timeout=5, trust_env=False).status_code == 200
        except (OSError, httpx.TransportError):
            return False

    def stop(self) -> dict[str, int]:
        """Stop all, by force after their grace; return their exit codes."""
        codes = {}
        for name in reversed(self._containers):
            grace = self._pod(name)["spec"]["terminationGracePeriodSeconds"]
            self._engine.run("stop", "--time", str(grace), self._containers[name])
            codes[name] = int(self._engine.inspect(self._containers[name])["State"]["ExitCode"])
        return codes

    def end(self) -> None:
        """Remove them, after a look at what they said."""
        self.api.close()
        for name, container in self._containers.items():
            print(f"{name}:", *self._engine.logs(container)[-30:], sep="\n")  # shown with a test that fails
            self._engine.run("rm", "--force", "--volumes", container)
        self._engine.run("network", "rm", self._network)

    def _pod(self, name: str) -> Object:
        pod: Object = of_kind(self._objects, "StatefulSet", "Deployment")[name]["spec"]["template"]
        return pod

    def _start(self, name: str) -> None:
        spec = self._pod(name)["spec"]
        for container in spec.get("initContainers", []):
            self._engine.run("run", "--rm", *self._confined(name, container))
        (container,) = spec["containers"]
        named = ("--network-alias", name, "--hostname", f"{name}-0")
        self._containers[name] = self._engine.run("run", "--detach", *named, *self._confined(name, container)).strip()

    def _confined(self, name: str, container: Object) -> Iterator[str]:
        """Yield the arguments with which Docker runs a container of a pod."""
        user = self._pod(name)["spec"]["securityContext"]
        yield from ("--network", self._network, "--user", f"{user['runAsUser']}:{user['runAsGroup']}")
        yield from ("--group-add", str(user["fsGroup"]), "--cap-drop", "ALL")
        yield from ("--security-opt", "no-new-privileges:true", "--read-only")
        for variable, value in settings_of(self._objects, container, self._secret).items():
            yield from ("--env", f"{variable}={value}")
        for mount in container["volumeMounts"]:
            yield from self._mounted(name, mount)
        command = container.get("command", [])
        if command:
            yield from ("--entrypoint", command[0])
        yield container["image"]
        yield from command[1:]

    def _mounted(self, name: str, mount: Object) -> tuple[str, str]:
        volumes = {each["name"]: each for each in self._pod(name)["spec"]["volumes"]}
        volume = volumes.get(mount["name"], {})  # none of its own: of a template of claims
        if "emptyDir" in volume:
            return "--tmpfs", f"{mount['mountPath']}:mode=777"
        if "secret" in volume:
            is_optional = volume["secret"].get("optional", False)
            items = [item for item in volume["secret"]["items"] if item["key"] in self._secret or not is_optional]
            files = {item["path"]: self._secret[item["key"]] for item in items}
            folder = self._folder(f"{name}-secret", name, files)
        elif "configMap" in volume:
            data = of_kind(self._objects, "ConfigMap")[volume["configMap"]["name"]]["data"]
            folder = self._folder(f"{name}-map", name, data)
        else:
            claim = volume.get("persistentVolumeClaim", {}).get("claimName")
            folder = self._folder(claim or f"{name}-{mount['name']}", name, {})
        return "--volume", f"{folder}:{mount['mountPath']}" + (":ro" if mount.get("readOnly") else "")

    def _folder(self, called: str, name: str, files: dict[str, str]) -> Path:
        """Return a folder of the group of a pod, which may read these files and write others."""
        group = self._pod(name)["spec"]["securityContext"]["fsGroup"]
        folder = self._directory / called
        if not folder.exists():
            folder.mkdir()
            for file, text in files.items():
                (folder / file).write_text(text)
                os.chown(folder / file, 0, group)
                (folder / file).chmod(0o440)
            os.chown(folder, 0, group)
            folder.chmod(0o2775)
        return folder

    def _address(self, name: str) -> str:
        networks = self._engine.inspect(self._containers[name])["NetworkSettings"]["Networks"]
        return str(networks[self._network]["IPAddress"])
