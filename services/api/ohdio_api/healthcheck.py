"""Whether the API of this machine, or container, can work: ``python -m ohdio_api.healthcheck`` ends with 0 or 1.

It asks ``/readyz``, which asks the servers that requests need.
"""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request

_TIMEOUT = 8.0  # seconds


def main() -> None:
    """Exit with 0 when the API is ready, else with 1 and a sentence."""
    url = f"http://127.0.0.1:{os.environ.get('PORT') or 8000}/readyz"
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT):
            return
    except urllib.error.HTTPError as error:
        sys.exit(f"The API is not ready: {error.read().decode('utf-8', 'replace')}")
    except OSError:
        sys.exit("The API does not answer.")


if __name__ == "__main__":
    main()
