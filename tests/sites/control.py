"""The control interface: what a test asks the witness, and how it arranges faults, rates and holds.

GET  /_sim/stats  /_sim/requests?kind=  /_sim/timeline  /_sim/flow?since=  /_sim/weight
POST /_sim/catalogue  /_sim/faults  /_sim/rate  /_sim/hold  /_sim/release  /_sim/reset      DELETE /_sim/faults
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from tests.sites.answers import Answer, content
from tests.sites.catalogue import Catalogue
from tests.sites.connection import Request
from tests.sites.faults import Fault, RequestKind

if TYPE_CHECKING:
    from tests.sites.origin import Origin

PREFIX = "/_sim/"


def control(origin: Origin, request: Request) -> Answer:
    """Do what a control request says; 400 and a sentence when it makes no sense."""
    name = f"{request.method} {request.path.removeprefix(PREFIX)}"
    query = {key: values[0] for key, values in parse_qs(request.query).items()}
    try:
        payload = json.loads(request.body) if request.body else None
        result: Any = None
        if request.method == "GET":
            result = _ask(origin, name, query)
        else:
            _tell(origin, name, payload)
    except (KeyError, TypeError, ValueError) as error:
        result = {"error": f"{name}: {error!r}"}
        return content(json.dumps(result).encode(), "application/json", status=400)
    return content(json.dumps(result).encode(), "application/json")


def _ask(origin: Origin, name: str, query: dict[str, str]) -> Any:
    match name:
        case "GET stats":
            return origin.witness.stats()
        case "GET requests":
            kind = RequestKind(query["kind"]) if "kind" in query else None
            return origin.witness.exchanges(kind)
        case "GET timeline":
            return origin.witness.timeline()
        case "GET flow":
            return origin.witness.media_bytes_since(float(query["since"]))
        case "GET weight":
            # Of the books that were asked for: weighing makes the audio, which nobody else may want.
            return sum(origin.site.media.weight(origin.site.books[book]) for book in origin.witness.books_seen())
    raise ValueError("there is no such question")


def _tell(origin: Origin, name: str, payload: Any) -> None:
    match name:
        case "POST catalogue":
            origin.offer(Catalogue.from_json(payload))
        case "POST faults":
            origin.faults.arm(payload["target"], Fault.from_json(payload["fault"]))
        case "DELETE faults":
            origin.faults.clear()
        case "POST rate":
            origin.rate = payload["bytes_per_second"]
        case "POST hold":
            origin.gate.hold(payload["books"], payload["after_bytes"])
        case "POST release":
            origin.gate.release(payload["books"])
        case "POST reset":
            origin.reset()
        case _:
            raise ValueError("there is no such order")
