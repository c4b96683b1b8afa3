"""The Kubernetes API over the standard library: requests, and watches that end when told to.

The lab reads the kubeconfig that it wrote itself (one cluster, a CA, a token), wants objects as plain JSON, and has a
process that must start in a moment: a client library would bring more than it is asked for here.
"""

from __future__ import annotations

import base64
import http.client
import json
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from lab.errors import LabError

type Manifest = dict[str, Any]

JSON = 'application/json'
MERGE_PATCH = 'application/merge-patch+json'
APPLY_PATCH = 'application/apply-patch+yaml'


class ApiError(LabError):
    """The API answered with an error: its code, and what it said."""

    def __init__(self, code: int, message: str) -> None:
        """`code` is the HTTP status or the code of a watch's error event."""
        super().__init__(f'The Kubernetes API answered {code}: {message}')
        self.code = code


class Api:
    """One connection at a time to the API server of a kubeconfig; not for several threads at once."""

    def __init__(self, kubeconfig: Path, *, timeout: float = 30.0) -> None:
        """`timeout` in seconds holds for connecting and for each read of a plain request."""
        config = json.loads(kubeconfig.read_text())
        cluster, user = config['clusters'][0]['cluster'], config['users'][0]['user']
        self._where = urlsplit(cluster['server'])
        authority = base64.b64decode(cluster['certificate-authority-data']).decode()
        self._tls = ssl.create_default_context(cadata=authority)
        self._headers = {'Authorization': f'Bearer {user["token"]}', 'Accept': JSON}
        self._timeout = timeout
        self._connection: http.client.HTTPSConnection | None = None

    def close(self) -> None:
        """Drop the connection; the next request makes a new one."""
        if self._connection:
            self._connection.close()
            self._connection = None

    def _send(
        self, method: str, path: str, body: Manifest | None, content_type: str, timeout: float
    ) -> http.client.HTTPResponse:
        if self._connection is None:
            self._connection = http.client.HTTPSConnection(
                self._where.hostname or '', self._where.port, context=self._tls, timeout=timeout
            )
        headers = {**self._headers, 'Content-Type': content_type}
        payload = None if body is None else json.dumps(body)
        self._connection.request(method, path, payload, headers)
        return self._connection.getresponse()

    def request(
        self,
        method: str,
        path: str,
        body: Manifest | None = None,
        *,
        content_type: str = JSON,
        query: Mapping[str, object] | None = None,
    ) -> Manifest:
        """Do one request and return the answer's object; ApiError for an error answer, OSError without an answer."""
        full = f'{path}?{urlencode(query)}' if query else path
        try:
            response = self._send(method, full, body, content_type, self._timeout)
            content = response.read()
        except (OSError, http.client.HTTPException) as exc:
            self.close()
            raise OSError(f'{method} {path}: {exc}') from exc
        if response.status >= 400:
            raise ApiError(response.status, _message(content))
        answer: Manifest = json.loads(content or b'{}')
        return answer

    def apply(self, path: str, manifest: Manifest, manager: str = 'lab') -> Manifest:
        """Create or update an object by server-side apply."""
        query = {'fieldManager': manager, 'force': 'true'}
        return self.request('PATCH', path, manifest, content_type=APPLY_PATCH, query=query)

    def list_all(self, path: str) -> tuple[list[Manifest], str]:
        """All objects of a collection, page by page, and the resource version to watch from."""
        items: list[Manifest] = []
        query: dict[str, object] = {'limit': 500}
        while True:
            page = self.request('GET', path, query=query)
            items += page['items']
            if not page['metadata'].get('continue'):
                return items, page['metadata']['resourceVersion']
            query['continue'] = page['metadata']['continue']

    def watch(self, path: str, resource_version: str, *, seconds: int) -> Iterator[tuple[str, Manifest]]:
        """Events of a collection as (type, object) until the server ends the watch; ApiError 410 when it is too old."""
        query = {
            'watch': 'true',
            'resourceVersion': resource_version,
            'allowWatchBookmarks': 'true',
            'timeoutSeconds': seconds,
        }
        try:
            response = self._send('GET', f'{path}?{urlencode(query)}', None, JSON, seconds + self._timeout)
            if response.status >= 400:
                raise ApiError(response.status, _message(response.read()))
            while line := response.readline():
                event: Mapping[str, Any] = json.loads(line)
                if event['type'] == 'ERROR':
                    raise ApiError(event['object'].get('code', 0), event['object'].get('message', ''))
                yield event['type'], event['object']
        except (http.client.HTTPException, json.JSONDecodeError) as exc:
            raise OSError(f'watch of {path}: {exc}') from exc
        finally:
            self.close()


def _message(content: bytes) -> str:
    """What an error answer says: mostly a Status object, but plain text where a group is not served."""
    try:
        return str(json.loads(content).get('message', ''))
    except (ValueError, AttributeError):
        return content.decode(errors='replace').strip()
