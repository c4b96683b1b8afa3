"""The few calls of NetBox's REST API that the demo makes, as anybody's automation would make them."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from lab.errors import LabError

type Json = dict[str, Any]

_POLL_SECONDS = 0.5


class Rest:
    """The API of one NetBox. Paths start at `/api/`; every refusal is a LabError with NetBox's own words."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url.rstrip('/')
        self._headers = {'Authorization': f'Bearer {token}', 'Content-Type': 'application/json'}

    def get(self, path: str) -> Json:
        return self._request('GET', path)

    def post(self, path: str, body: Json | None = None) -> Json:
        return self._request('POST', path, body or {})

    def wait(self, path: str, done: Callable[[Json], bool], *, timeout: float) -> Json:
        """Read the object again and again until `done`; LabError after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while not done(answer := self.get(path)):
            if time.monotonic() > deadline:
                raise LabError(f'{self._url}{path} is not done after {timeout:.0f} s: look at it in NetBox')
            time.sleep(_POLL_SECONDS)
        return answer

    def _request(self, method: str, path: str, body: Json | None = None) -> Json:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f'{self._url}{path}', method=method, data=data, headers=self._headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                content: Json = json.loads(answer.read())
                return content
        except urllib.error.HTTPError as exc:
            raise LabError(f'NetBox answers {exc.code} to {method} {path}: {exc.read().decode()[:2000]}') from exc
        except OSError as exc:
            raise LabError(f'NetBox does not answer to {method} {path}: {exc}') from exc
