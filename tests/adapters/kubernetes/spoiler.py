"""What may stand between us and an API: passes everything on to the real one, but for the answers that it spoils."""

from __future__ import annotations

import http.client
import json
import ssl
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from lab.services.kubernetes import KubernetesApi

_HOP = frozenset({'connection', 'content-length', 'transfer-encoding', 'host'})


@dataclass(frozen=True)
class Answer:
    """An answer in place of the real one. ``behind``: the request is carried out first, and its answer lost.

    ``promised`` is the length that the answer claims to have: the connection ends before that, or ``hangs``.
    """

    code: int = 200
    body: bytes = b''
    kind: str = 'application/json'
    headers: Mapping[str, str] = field(default_factory=dict)
    promised: int | None = None
    hangs: bool = False
    behind: bool = False


class Spoiler(ThreadingHTTPServer):
    """``next`` are the answers to the next requests, ``always`` that to all others, if any."""

    daemon_threads = True

    def __init__(self, api: KubernetesApi) -> None:
        super().__init__(('127.0.0.1', 0), _Handler)
        # The certificate of the API itself, so that clients trust what stands in its place.
        served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        served.load_cert_chain(api.folder / 'server.crt', api.folder / 'server.key')
        self.socket = served.wrap_socket(self.socket, server_side=True)
        self.trusted = ssl.create_default_context(cafile=str(api.ca_file))
        self.real = ('127.0.0.1', api.port)
        self.next: deque[Answer | None] = deque()
        self.always: Answer | None = None
        self.closing = threading.Event()
        document = json.loads(api.kubeconfig().read_text())
        document['clusters'][0]['cluster']['server'] = f'https://127.0.0.1:{self.server_port}'
        self.kubeconfig: str = json.dumps(document)

    def answer(self) -> Answer | None:
        return self.next.popleft() if self.next else self.always

    def handle_error(self, *_: Any) -> None:
        """A client that went away is what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    server: Spoiler

    def log_message(self, *_: Any) -> None:
        pass

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
        answer = self.server.answer()
        if answer is None:
            self._send(*self._real(body))
            return
        if answer.behind:
            self._real(body)
        length = len(answer.body) if answer.promised is None else answer.promised
        headers = {'Content-Type': answer.kind, **answer.headers}
        self._send(answer.code, {key: value for key, value in headers.items() if value}, answer.body, length)
        if answer.promised is not None:
            if answer.hangs:
                self.server.closing.wait(30)
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

    def _real(self, body: bytes) -> tuple[int, Mapping[str, str], bytes]:
        connection = http.client.HTTPSConnection(*self.server.real, context=self.server.trusted)
        headers = {key: value for key, value in self.headers.items() if key.lower() not in _HOP}
        connection.request(self.command, self.path, body or None, {**headers, 'Accept-Encoding': 'identity'})
        found = connection.getresponse()
        kept = {key: value for key, value in found.getheaders() if key.lower() not in _HOP}
        try:
            return found.status, kept, found.read()
        finally:
            connection.close()

    def _send(self, code: int, headers: Mapping[str, str], body: bytes, length: int | None = None) -> None:
        self.send_response(code)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header('Content-Length', str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def spoiling(api: KubernetesApi) -> Iterator[Spoiler]:
    """Stand before an API."""
    server = Spoiler(api)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
