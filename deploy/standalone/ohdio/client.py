"""A client of the API, whose errors are sentences."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping, Sequence
from json import dumps
from types import TracebackType
from typing import Any, Self

import httpx

from ohdio_core.control_characters import controls_shown
from ohdio_core.reasons import reason_of

_TIMEOUT = httpx.Timeout(30.0, connect=5.0)
# For what goes through a whole file of links or every stored book.
_LONG_TIMEOUT = httpx.Timeout(600.0, connect=5.0)
_PAGE = 200
_MOST_LINKS = 500
_MOST_SETTLED = 1000

#: A value in a query.
Parameter = str | int | Sequence[int] | Sequence[str]


class ApiError(Exception):
    """The API refused; the message is its sentence."""


class LinksRefused(ApiError):
    """Nothing here can collect what was asked for; a line for each link.

    Args:
        results: What the API says of each.
    """

    def __init__(self, results: Sequence[dict[str, Any]]) -> None:
        super().__init__("\n".join(refusal_of(result["url"], result["detail"]) for result in results))
        self.results = results


class ItemRefused(ApiError):
    """There is no such item, or it is not in a state for that."""


class ApiUnreachable(Exception):
    """Nobody answers, or not as an API of ours would."""


class Client:
    """Talks to one API.

    Args:
        url: Of the API, without a path.
        token: The secret that it asks for, if it does.
    """

    def __init__(self, url: str, token: str | None = None) -> None:
        self.url = url.rstrip("/")
        # Bytes, so that a token that cannot be right is refused like any other.
        headers = {b"Authorization": f"Bearer {token}".encode(errors="replace")} if token else {}
        self._has_token = bool(token)
        self._http = httpx.Client(
            base_url=self.url,
            headers=headers,
            timeout=_TIMEOUT,
            # No proxy: it is on this machine or in this house.
            trust_env=False,
            # Certificates are read where they count: it takes 50 ms. Without, a context trusts nobody.
            verify=self.url.startswith("https:") or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        )

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def is_alive(self) -> bool:
        """Return whether anybody answers."""
        try:
            return self._http.get("/healthz").is_success
        except httpx.HTTPError:
            return False

    def get(self, path: str, **parameters: Parameter | None) -> Any:
        """Read ``/api/v1/…``.

        Raises:
            ApiError: It refused.
            ApiUnreachable: It did not answer.
        """
        given = {name: value for name, value in parameters.items() if value is not None}
        return self._ask("GET", path, params=given)

    def order(self, method: str, path: str, body: object = None) -> Any:
        """Change something; give what the API says of it, None for nothing.

        Raises:
            ItemRefused: The path names something that is not there, or not fit.
            ApiError: It refused.
            ApiUnreachable: It did not answer.
        """
        return self._ask(method, path, body=body)

    def every(self, path: str, **parameters: Parameter | None) -> Iterator[dict[str, Any]]:
        """Read a list to its end, a page at a time.

        Raises:
            ApiError: It refused.
            ApiUnreachable: It did not answer.
        """
        for page in self.pages(path, **parameters):
            yield from page["items"]

    def pages(self, path: str, **parameters: Parameter | None) -> Iterator[dict[str, Any]]:
        """Do the same, and return whole pages: for lists whose pages tell more than their items.

        Raises:
            ApiError: It refused.
            ApiUnreachable: It did not answer.
        """
        cursor = None
        while True:
            page = self.get(path, **{"limit": _PAGE, "cursor": cursor, **parameters})
            yield page
            if (cursor := page["next"]) is None:
                return

    def add(self, urls: Sequence[str], wanted: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Add links; give what became of each, in order.

        Args:
            wanted: What of them, as ``POST /submissions`` takes it besides the links.

        Raises:
            LinksRefused: None of them was accepted; one line each.
            ApiError: It refused.
            ApiUnreachable: It did not answer.
        """
        results = [result for answers in self.adding(urls, wanted) for result in answers]
        if results and all(result["state"] == "refused" for result in results):
            raise LinksRefused(results)
        return results

    def adding(
        self, urls: Sequence[str], wanted: Mapping[str, Any] | None = None
    ) -> Iterator[Sequence[dict[str, Any]]]:
        """Add links, some hundreds with each step; give what became of those, also when all were refused.

        Raises:
            ApiError: It refused; what was given before is taken.
            ApiUnreachable: It did not answer; what was given before is taken.
        """
        for start in range(0, len(urls), _MOST_LINKS):
            yield self._submit("submissions", {"urls": list(urls[start : start + _MOST_LINKS]), **(wanted or {})})

    def import_links(self, document: str, wanted: Mapping[str, Any]) -> Sequence[dict[str, Any]]:
        """Add the links of a document; give what became of each, also when all were refused.

        Raises:
            ApiError: It refused.
            ApiUnreachable: It did not answer.
        """
        return self._submit("imports", {"document": document, **wanted}, _LONG_TIMEOUT)

    def repairs(self, *, is_meant: bool) -> Any:
        """Read what there is to repair, or repair it.

        Raises:
            ApiError: It refused.
            ApiUnreachable: It did not answer.
        """
        return self._ask("POST" if is_meant else "GET", "repairs", timeout=_LONG_TIMEOUT)

    def missing(self, words: str | None) -> Any:
        """Read which books are missing from the library; every folder may have to be looked at.

        Raises:
            ApiError: The library itself is not there.
            ApiUnreachable: It did not answer.
        """
        asked = {} if words is None else {"q": words}
        return self._ask("GET", "library/missing", params=asked, timeout=_LONG_TIMEOUT)

    def settle_missing(self, action: str, ids: Sequence[int]) -> int:
        """Fetch missing books again (``fetch``), or let them go (``forget``); return how many.

        Raises:
            ApiError: The library itself is not there; of very many, some may be settled by then.
            ApiUnreachable: It did not answer.
        """
        changed = 0
        for start in range(0, len(ids), _MOST_SETTLED):
            body = {"ids": list(ids[start : start + _MOST_SETTLED])}
            changed += self._ask("POST", f"library/missing/{action}", body=body, timeout=_LONG_TIMEOUT)["changed"]
        return changed

    def _submit(
        self, path: str, body: Mapping[str, Any], timeout: httpx.Timeout | None = None
    ) -> Sequence[dict[str, Any]]:
        try:
            results: Sequence[dict[str, Any]] = self._ask("POST", path, body=body, timeout=timeout)["results"]
        except LinksRefused as refusal:
            return refusal.results
        return results

    def _ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Parameter] | None = None,
        body: object = None,
        timeout: httpx.Timeout | None = None,
    ) -> Any:
        try:
            response = self._http.request(
                method,
                f"/api/v1/{path}",
                params=params,
                content=None if body is None else dumps(body),  # in ASCII, so that it can carry any text
                headers=None if body is None else {"Content-Type": "application/json"},
                timeout=timeout or self._http.timeout,
            )
        except httpx.HTTPError as error:
            hint = " `ohdio up`, on its machine, starts an ohdio." if isinstance(error, httpx.ConnectError) else ""
            raise ApiUnreachable(f"Nobody answers at {self.url} ({reason_of(error)}).{hint}") from None
        if response.is_success:
            return _shown(response.json()) if response.content else None
        raise self._refusal(response)

    def _refusal(self, response: httpx.Response) -> Exception:
        if response.status_code == httpx.codes.UNAUTHORIZED:
            what = "does not know the token that it was given" if self._has_token else "asks for a token"
            return ApiError(f"{self.url} {what}: set OHDIO_API_TOKEN to what `ohdio token` prints on its machine.")
        try:
            problem = _shown(response.json())
            detail = str(problem["detail"])
        except (ValueError, KeyError, TypeError):
            return ApiUnreachable(f"What answers at {self.url} is not ohdio (HTTP {response.status_code}).")
        if results := problem.get("results"):
            return LinksRefused(results)
        if response.status_code in {httpx.codes.NOT_FOUND, httpx.codes.CONFLICT}:
            return ItemRefused(detail)
        return ApiError(detail)


def _shown(value: Any) -> Any:
    """Return what was answered with the control characters of its texts written out: all of it may be printed."""
    match value:
        case str():
            return value if value.isprintable() else controls_shown(value)
        case list():
            return [_shown(each) for each in value]
        case dict():
            return {name: _shown(each) for name, each in value.items()}
        case _:
            return value


def refusal_of(url: str, reason: str) -> str:
    """Return why a link is refused, and which one."""
    return reason if url in reason else f"{url}: {reason}"
