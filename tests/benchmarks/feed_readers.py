"""``python -m tests.benchmarks.feed_readers PYTHON``: our feed reader beside feedparser and podcastparser.

PYTHON is the interpreter of an environment that has both: they are no dependencies of ours (ADR 12).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

_ITEMS = 10_000
_MEGABYTE = 1_000_000
_PATIENCE = 20  # seconds of processor time

_OURS = """
from ohdio_core.sources.rss.feed import read_feed
def read(path):
    with open(path, "rb") as file:
        return sum(len(segment.episodes) for segment in read_feed(iter(lambda: file.read(65536), b""), "https://a.example/"))
"""
_FEEDPARSER = """
import feedparser
def read(path):
    return len(feedparser.parse(path).entries)
"""
_PODCASTPARSER = """
import podcastparser
def read(path):
    with open(path, "rb") as file:
        return len(podcastparser.parse("https://a.example/", file)["episodes"])
"""
_MEASURE = """
import re, resource, sys, time
from pathlib import Path
def memory(kind):
    return int(re.search(kind + r":\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024
resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[2]),) * 2)
Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
before, began_at = memory("VmRSS"), time.process_time()
try:
    result = f"{read(sys.argv[1])} items"
except Exception as error:
    result = type(error).__name__
print(f"{time.process_time() - began_at:.1f} s, {memory('VmHWM') - before} MB more, {result}")
"""


def main(other_python: str) -> None:
    """Measure every reader with every document, each in a process of its own."""
    readers = {
        "ours": (sys.executable, _OURS),
        "feedparser": (other_python, _FEEDPARSER),
        "podcastparser": (other_python, _PODCASTPARSER),
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, document in _documents():
            path = Path(folder) / "feed.xml"
            path.write_text(document, encoding="utf-8")
            for reader, (python, program) in readers.items():
                print(f"{name}: {reader}: {_measured(python, program, path)}")


def _measured(python: str, program: str, path: Path) -> str:
    command = [python, "-c", program + _MEASURE, str(path), str(_PATIENCE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode < 0:
        return f"over {_PATIENCE} s, then ended"
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


def _documents() -> Iterator[tuple[str, str]]:
    words = "<p>" + "A keeper counts ships. " * 50 + "</p>"
    items = "".join(
        f"<item><title>Part {number}</title><guid>{number}</guid><pubDate>Mon, 03 Jan 2005 08:00:00 GMT</pubDate>"
        f"<description><![CDATA[{words}]]></description>"
        f'<enclosure url="https://a.example/{number}.mp3" length="9" type="audio/mpeg"/></item>'
        for number in range(_ITEMS)
    )
    begin = '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Harbour</title>'
    yield f"{_ITEMS} items", f"{begin}{items}</channel></rss>"
    yield "a megabyte of open tags", begin + "<a>" * (_MEGABYTE // 3)
    yield "a megabyte of &", f"{begin}<item><title>{'&' * _MEGABYTE}</title></item></channel></rss>"
    yield "a megabyte of <", f"{begin}<item><title>{'<' * _MEGABYTE}"


if __name__ == "__main__":
    main(sys.argv[1])
