"""What is in an image, and how soon it works."""

from __future__ import annotations

import pytest

from devservers.containers.engine import Engine
from devservers.containers.images import SERVICES, home_image, image_of, size_over_base
from devservers.errors import ServerUnavailable

MB = 1_000_000
LARGEST = {"api": 140 * MB, "scraper": 90 * MB, "metadata": 90 * MB, "downloader": 180 * MB}

_INSTALLERS = """
import importlib.util, pathlib
print([name for name in ("pip", "setuptools", "wheel") if importlib.util.find_spec(name)])
print([str(path) for place in ("/root/.cache", "/build", "/wheels") if (path := pathlib.Path(place)).exists()])
"""

#: Of a bucket, and of what hands out keys to a role or a profile.
_CLIENTS = """
import botocore.session
from ohdio_core.library.bucket.library import BucketLibrary
session = botocore.session.get_session()
for name in ("s3", "sts", "sso", "sso-oidc"):
    session.create_client(name, "eu-west-1")
print(*sorted(session.get_available_services()))
print(session.create_client("s3", "cn-north-1").meta.endpoint_url)
"""


def run(engine: Engine, service: str, *command: str, user: str = "") -> str:
    confined = ("--user", user, "--rm", "--read-only", "--network", "none", "--cap-drop", "ALL")
    return engine.run("run", *confined, image_of(service), *command)


@pytest.mark.parametrize("service", SERVICES)
class TestAnImage:
    def test_adds_little_to_its_base(self, engine: Engine, service: str) -> None:
        assert size_over_base(engine, image_of(service)) <= LARGEST[service]

    def test_can_install_nothing_and_keeps_no_cache(self, engine: Engine, service: str) -> None:
        assert run(engine, service, "python", "-c", _INSTALLERS, user="root").splitlines() == ["[]", "[]"]

    def test_runs_as_a_user_without_rights(self, engine: Engine, service: str) -> None:
        assert run(engine, service, "id", "--user") == "1000\n"

    def test_names_the_settings_that_it_lacks(self, engine: Engine, service: str) -> None:
        with pytest.raises(ServerUnavailable, match="DATABASE_URL is not set") as ended:
            run(engine, service)
        assert "RABBITMQ_URL is not set" in str(ended.value)
        assert "Traceback" not in str(ended.value)


@pytest.mark.parametrize("image", [*map(image_of, SERVICES), home_image()])
def test_every_image_has_what_reaches_a_bucket_and_nothing_else_of_its_library(engine: Engine, image: str) -> None:
    alone = ("--rm", "--read-only", "--network", "none", "--entrypoint", "python")
    services, server = engine.run("run", *alone, image, "-c", _CLIENTS).splitlines()
    assert services == "s3 sso sso-oidc sts"
    assert server == "https://s3.cn-north-1.amazonaws.com.cn", "where a region's servers are is not known"
