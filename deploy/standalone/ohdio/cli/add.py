"""``ohdio add``."""

from __future__ import annotations

import sys

from ohdio.cli.connection import connected
from ohdio.cli.options import Api, AsJson, Data, Links
from ohdio.cli.output import print_json, print_line
from ohdio.cli.sentences import BAD_INPUT

_WORDS = {"accepted": "added", "known": "known already", "refused": "refused"}


def add(urls: Links, *, api: Api = None, data: Data = None, as_json: AsJson = False) -> None:
    """Add links of categories, feeds or audiobooks, and return at once: 0 when all were taken, 2 when one was not."""
    with connected(api, data) as client:
        results = client.add(urls)
    if as_json:
        print_json({"results": results})
    else:
        for result in results:
            detail = f". {result['detail']}" if result["detail"] else ""
            print_line(f"{result['url']}: {_WORDS[result['state']]}{detail}")
    if refused := sum(result["state"] == "refused" for result in results):
        sys.stderr.write(f"{refused} of {len(results)} links refused; the others are taken.\n")
        raise SystemExit(BAD_INPUT)
