"""Our images, built as the checked-in stack says, and what each adds to its base."""

from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from devservers.containers.bases import PYTHON
from devservers.containers.engine import Engine
from devservers.errors import ServerUnavailable

ROOT = Path(__file__).resolve().parents[2]
COMPOSE_FILE = ROOT / "docker-compose.yml"
SERVICES = ("api", "scraper", "metadata", "downloader")
BUCKET_COMPOSE_FILE = ROOT / "deploy" / "bucket" / "docker-compose.yml"  #: beside that of the stack
HOME_COMPOSE_FILE = ROOT / "deploy" / "home" / "docker-compose.yml"
_HOME_DOCKERFILE = ROOT / "deploy" / "home" / "Dockerfile"
_BUILDS = Path(__file__).with_name("builds.yml")


def build_images(engine: Engine) -> None:
    """Build the image of every service, and that of a home server.

    Raises:
        ServerUnavailable: One could not be built; with the last words of the build.
    """
    with ThreadPoolExecutor() as pool:
        builds = [pool.submit(engine.build, ROOT, home_image(), dockerfile=_HOME_DOCKERFILE)]
        # One before the others, which have its first layers too.
        first, *others = SERVICES
        _build_service(engine, first)
        builds += [pool.submit(_build_service, engine, service) for service in others]
        for build in builds:
            build.result()


def _build_service(engine: Engine, service: str) -> None:
    command = ["docker-compose", "--file", str(COMPOSE_FILE), "--file", str(_BUILDS), "build", service]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=engine.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise ServerUnavailable(f"The image of {service} could not be built:\n{done.stdout[-4000:]}")


def image_of(service: str) -> str:
    """Return the name of a service's image, as the stack has it."""
    text = COMPOSE_FILE.read_text(encoding="utf-8")
    (name,) = set(re.findall(rf"^ +image: (?:&\S+ )?(\S+/{service}:\S+)$", text, re.MULTILINE))
    return str(name)


def home_image() -> str:
    """Return the name of a home server's image, as its compose file has it."""
    (name,) = re.findall(r"^ +image: (\S+)$", HOME_COMPOSE_FILE.read_text(encoding="utf-8"), re.MULTILINE)
    return str(name)


def size_over_base(engine: Engine, tag: str) -> int:
    """Return how many bytes an image adds to its base."""
    return int(engine.inspect(tag)["Size"]) - int(engine.inspect(PYTHON)["Size"])


def main() -> None:
    """Print what each image adds to its base."""
    for tag in (*map(image_of, SERVICES), home_image()):
        sys.stdout.write(f"{tag}: {size_over_base(Engine(), tag) / 1e6:.0f} MB over {PYTHON}\n")


if __name__ == "__main__":
    main()
