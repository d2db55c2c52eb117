"""What `kubectl kustomize` renders of deploy/kubernetes: valid, confined, complete, and without anything unknown."""

from __future__ import annotations

import re
import shlex
import tomllib
from copy import deepcopy
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.contract.compose import compose_services
from tests.fixtures.kubernetes import (
    OVERLAYS,
    VERSIONS,
    Object,
    containers,
    named_by,
    of_kind,
    pods,
    problem_of,
    render,
    secrets_in,
    serving,
    settings_of,
    there_for,
)
from tools.configuration import SERVICES

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "kubernetes.md"
SECRET = dict.fromkeys(("postgres", "rabbitmq", "token"), "of the secret")


@pytest.fixture(params=OVERLAYS)
def objects(request: pytest.FixtureRequest) -> list[Object]:
    return render(request.param)


def matches(selector: dict[str, str], pod: Object) -> bool:
    return all(pod["metadata"]["labels"].get(name) == value for name, value in selector.items())


class TestSchemas:
    def test_of_old_and_new_versions_have_nothing_to_say(self, objects: list[Object]) -> None:
        for version in VERSIONS:
            for each in objects:
                assert problem_of(each, version) is None, (version, each["kind"], each["metadata"]["name"])

    @pytest.mark.parametrize(
        ("kind", "path", "value"),
        [
            ("Deployment", ("spec", "template", "spec", "containers", 0, "readynessProbe"), {}),
            ("Deployment", ("spec", "replicas"), "two"),
            ("ScaledObject", ("spec", "minReplicas"), 1),
            ("ScaledObject", ("spec", "triggers", 0, "metadata", "targetQueryValue"), 3),
            ("TriggerAuthentication", ("spec", "secretTargetRef", 0, "secret"), "ohdio"),
            ("TriggerAuthentication", ("kind",), "TriggerAuthentification"),
            ("ScaledObject", ("apiVersion",), "keda.sh/v2"),
        ],
        ids=lambda value: value if isinstance(value, str) else None,
    )
    def test_find_what_is_misspelt_or_unknown(self, kind: str, path: tuple[Any, ...], value: object) -> None:
        thing: Any = deepcopy(next(each for each in render("several-nodes") if each["kind"] == kind))
        *parents, last = path
        inner = thing
        for step in parents:
            inner = inner[step]
        inner[last] = value
        assert problem_of(thing, VERSIONS[-1]) is not None


class TestPods:
    def test_are_confined_as_far_as_kubernetes_can(self, objects: list[Object]) -> None:
        for name, pod in pods(objects).items():
            whole = pod["spec"]["securityContext"]
            assert whole["runAsNonRoot"], name
            assert whole["runAsUser"] > 0, name
            assert whole["seccompProfile"] == {"type": "RuntimeDefault"}, name
            assert pod["spec"]["automountServiceAccountToken"] is False, name
            assert pod["spec"]["enableServiceLinks"] is False, name
            for container in containers(pod):
                own = container["securityContext"]
                assert own["readOnlyRootFilesystem"], name
                assert own["allowPrivilegeEscalation"] is False, name
                assert own["capabilities"] == {"drop": ["ALL"]}, name
                assert container["resources"]["limits"]["memory"], name
        (namespace,) = of_kind(objects, "Namespace").values()
        assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"

    def test_are_probed_on_ports_that_they_have(self, objects: list[Object]) -> None:
        for name, pod in serving(objects).items():
            for container in pod["spec"]["containers"]:
                ports = {port["name"] for port in container["ports"]}
                for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
                    asked = container[probe].get("httpGet") or container[probe].get("tcpSocket")
                    assert asked is None or asked["port"] in ports, (name, probe)

    def test_of_workers_are_ready_while_the_database_answers_and_live_without_it(self, objects: list[Object]) -> None:
        for name in ("scraper", "metadata", "downloader"):
            (container,) = pods(objects)[name]["spec"]["containers"]
            assert container["readinessProbe"]["httpGet"] == {"path": "/healthz", "port": "metrics"}
            assert container["livenessProbe"]["httpGet"] == {"path": "/metrics", "port": "metrics"}

    def test_find_all_that_they_name(self, objects: list[Object]) -> None:
        secrets = {("Secret ohdio", key) for key in secrets_in(DOCS.read_text(encoding="utf-8"))}
        for name, workload in of_kind(objects, "Deployment", "StatefulSet").items():
            assert named_by(workload) <= there_for(objects, workload) | secrets, name

    def test_have_the_files_that_the_documentation_names_where_the_secret_has_them(self, objects: list[Object]) -> None:
        named = set(re.findall(r"/secrets/\w+", DOCS.read_text(encoding="utf-8")))
        assert "/secrets/key" in named
        for name in (*SERVICES, "maintenance"):
            spec = pods(objects)[name]["spec"]
            (secret,) = (volume["secret"] for volume in spec["volumes"] if volume["name"] == "secrets")
            assert secret["optional"], "what was made before has no such key"
            for container in containers(pods(objects)[name]):
                (at,) = (each["mountPath"] for each in container["volumeMounts"] if each["name"] == "secrets")
                assert named <= {f"{at}/{item['path']}" for item in secret["items"]}, name

    def test_have_the_images_of_the_stack(self, objects: list[Object]) -> None:
        stack = {service["image"] for service in compose_services(ROOT).values()}
        for pod in pods(objects).values():
            assert {container["image"] for container in containers(pod)} <= stack

    def test_of_every_service_migrate_before_they_start(self, objects: list[Object]) -> None:
        for service in SERVICES:
            (migrate,) = pods(objects)[service]["spec"]["initContainers"]
            assert migrate["command"] == ["python", "-m", "ohdio_core.migrate"]


@pytest.mark.parametrize("service", SERVICES)
def test_the_environment_of_a_service_is_settings_that_it_takes(
    objects: list[Object], service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (container,) = pods(objects)[service]["spec"]["containers"]
    found = settings_of(objects, container, SECRET)
    known = {str(field.alias) for settings in SERVICES.values() for field in settings.model_fields.values()}
    assert set(found) <= known | {"OHDIO_API"}, service
    volumes = {each["name"]: each for each in pods(objects)[service]["spec"]["volumes"]}
    secrets = {f"/secrets/{item['path']}" for item in volumes["secrets"]["secret"]["items"]}
    assert {value for name, value in found.items() if name.endswith("_FILE")} <= secrets
    (tmp_path / "password").write_text("of the secret")
    for name, value in found.items():
        monkeypatch.setenv(name, str(tmp_path / "password") if name.endswith("_FILE") else value)
    settings = SERVICES[service]()
    assert settings.model_dump()["database_url"] == "postgresql://ohdio:of%20the%20secret@postgres:5432/ohdio"


def test_every_service_is_there_and_has_a_budget_that_lets_one_go(objects: list[Object]) -> None:
    deployments = of_kind(objects, "Deployment")
    assert set(deployments) == {*SERVICES, "maintenance"}
    for name, budget in of_kind(objects, "PodDisruptionBudget").items():
        # A least number of pods would keep a node with the only one from ever being emptied.
        assert budget["spec"]["maxUnavailable"] == 1
        assert matches(budget["spec"]["selector"]["matchLabels"], deployments[name]["spec"]["template"])
    assert set(of_kind(objects, "PodDisruptionBudget")) == set(SERVICES)


def test_names_lead_to_pods_and_to_ports_that_they_have(objects: list[Object]) -> None:
    services = of_kind(objects, "Service")
    for name, service in services.items():
        chosen = [pod for pod in pods(objects).values() if matches(service["spec"]["selector"], pod)]
        assert chosen, name
        for pod in chosen:
            ports = {port["name"] for container in pod["spec"]["containers"] for port in container["ports"]}
            assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports, name
    for ingress in of_kind(objects, "Ingress").values():
        for rule in ingress["spec"]["rules"]:
            for path in rule["http"]["paths"]:
                backend = path["backend"]["service"]
                assert backend["port"]["name"] in {port["name"] for port in services[backend["name"]]["spec"]["ports"]}


class TestTheWayBack:
    """The documentation's orders, in their order, and that each finds what it names."""

    @pytest.fixture
    def orders(self) -> list[list[str]]:
        section = DOCS.read_text(encoding="utf-8").partition("## Upgrade, and the way back")[2]
        return [shlex.split(line, comments=True) for line in section.splitlines() if line.startswith("    kubectl ")]

    def named(self, order: list[str]) -> set[str]:
        """Return the deployments that an order is for."""
        return {word.removeprefix("deployment/") for word in order if word.startswith("deployment/")}

    def test_stops_whoever_is_connected_before_it_goes_back_and_starts_them_again(
        self, orders: list[list[str]]
    ) -> None:
        running: dict[str, bool] = dict.fromkeys(SERVICES, True)
        back = 0
        for order in orders:
            if (replicas := [word for word in order if word.startswith("--replicas=")]) and "scale" in order:
                running |= dict.fromkeys(self.named(order), replicas != ["--replicas=0"])
            elif "--to" in order:
                # As `--to` refuses where anything else of ohdio is connected.
                assert {name for name, is_on in running.items() if is_on} == {"maintenance"} == self.named(order)
                back += 1
        assert back == 1
        assert {name for name, is_on in running.items() if is_on} == set(SERVICES)

    def test_waits_for_exactly_those_pods_that_it_stops(self, objects: list[Object], orders: list[list[str]]) -> None:
        (order,) = [order for order in orders if "wait" in order]
        (chosen,) = [word.partition("=")[2].split("=") for word in order if word.startswith("--selector=")]
        assert {name for name, pod in pods(objects).items() if matches(dict([chosen]), pod)} == set(SERVICES)

    def test_runs_in_a_pod_of_the_newer_version_that_finds_the_database(
        self, objects: list[Object], orders: list[list[str]]
    ) -> None:
        maintenance = of_kind(objects, "Deployment")["maintenance"]
        assert maintenance["spec"]["replicas"] == 0
        assert "maintenance" not in serving(objects)
        (container,) = containers(maintenance["spec"]["template"])
        (migrate,) = pods(objects)["api"]["spec"]["initContainers"]
        assert container["image"] == migrate["image"]
        assert settings_of(objects, container, SECRET) == settings_of(objects, migrate, SECRET)
        mounts = [mount for mount in migrate["volumeMounts"] if mount["name"] != "library"]
        assert container["volumeMounts"] == mounts
        modules = {order[order.index("-m") + 1] for order in orders if "exec" in order}
        assert modules == {"ohdio_core.migrate", "ohdio_core.restore"}
        assert all(find_spec(module) for module in modules)


def test_a_gateway_behind_an_ingress_knows_whom_to_believe() -> None:
    for overlay in OVERLAYS:
        objects = render(overlay)
        (container,) = pods(objects)["api"]["spec"]["containers"]
        settings = settings_of(objects, container, SECRET)
        assert ("OHDIO_TRUSTED_PROXIES" in settings) == bool(of_kind(objects, "Ingress")), overlay


def test_books_are_on_a_volume_of_all_nodes_where_there_are_several_or_in_a_bucket() -> None:
    claims = {overlay: of_kind(render(overlay), "PersistentVolumeClaim") for overlay in OVERLAYS}
    modes = {
        overlay: {name: claim["spec"]["accessModes"] for name, claim in found.items()}
        for overlay, found in claims.items()
    }
    assert modes == {
        "one-node": {"library": ["ReadWriteOnce"]},
        "several-nodes": {"library": ["ReadWriteMany"]},
        "bucket": {},
    }


class TestPodsWithABucket:
    def test_have_no_volume_but_of_their_own_and_unfinished_books_on_one(self) -> None:
        for name in SERVICES:
            volumes = pods(render("bucket"))[name]["spec"]["volumes"]
            kinds = {kind for volume in volumes for kind in volume if kind != "name"}
            assert kinds == {"secret", "emptyDir"} | ({"ephemeral"} if name == "downloader" else set()), name
        (downloader,) = pods(render("bucket"))["downloader"]["spec"]["containers"]
        (work,) = (mount["mountPath"] for mount in downloader["volumeMounts"] if mount["name"] == "work")
        assert settings_of(render("bucket"), downloader, SECRET)["WORK_DIR"].startswith(f"{work}/")

    def test_have_its_key_as_files_of_the_secret(self) -> None:
        settings = next(
            each for each in of_kind(render("bucket"), "ConfigMap").values() if "LIBRARY_URL" in each["data"]
        )
        named = {
            name: value for name, value in settings["data"].items() if name.startswith("AWS_ACCESS") or "SECRET" in name
        }
        assert named == {
            "AWS_ACCESS_KEY_ID_FILE": "/secrets/bucket_key",
            "AWS_SECRET_ACCESS_KEY_FILE": "/secrets/bucket_secret",
        }


def test_downloaders_are_scaled_by_one_alone_and_by_their_threads() -> None:
    objects = render("several-nodes")
    (scaled,) = of_kind(objects, "ScaledObject").values()
    (trigger,) = scaled["spec"]["triggers"]
    # What is applied again must not undo what the autoscaler has decided.
    assert "replicas" not in of_kind(objects, "Deployment")[scaled["spec"]["scaleTargetRef"]["name"]]["spec"]
    assert 1 <= scaled["spec"]["minReplicaCount"] < scaled["spec"]["maxReplicaCount"]
    (container,) = pods(objects)["downloader"]["spec"]["containers"]
    settings = settings_of(objects, container, SECRET)
    assert trigger["metadata"]["targetQueryValue"] == settings["MAX_CONCURRENT_DOWNLOADS"]
    asked = {name: trigger["metadata"][name] for name in ("userName", "host", "port", "dbName")}
    host = asked["host"].removesuffix(f".{scaled['metadata']['namespace']}.svc")
    assert settings["DATABASE_URL"] == f"postgresql://{asked['userName']}@{host}:{asked['port']}/{asked['dbName']}"
    (password,) = of_kind(objects, "TriggerAuthentication")[trigger["authenticationRef"]["name"]]["spec"][
        "secretTargetRef"
    ]
    assert password == {"parameter": "password", "name": "ohdio", "key": "postgres"}


def test_versions_are_those_of_the_distributions(objects: list[Object]) -> None:
    project = tomllib.loads((ROOT / "services" / "api" / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    ours = {
        container["image"].rpartition(":")[2]
        for pod in pods(objects).values()
        for container in containers(pod)
        if container["image"].startswith("ohdio/")
    }
    assert ours == {project["version"]}
