"""The receiving process: notes every sequence number that arrives, and the longest silence of every connection."""

from __future__ import annotations

import json
import selectors
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

from lab.traffic.sockets import BUFFER_BYTES, PACKET, PACKET_LENGTH, SO_RCVBUFFORCE, WARM_UP, drops, family_of, inside

AT_ONCE = 256
GROW = 65536


class Arrivals:
    """How often each sequence number of each flow arrived."""

    def __init__(self, count: int) -> None:
        """For that many flows."""
        self._seen = [bytearray() for _ in range(count)]

    def drain(self, receiver: socket.socket) -> None:
        """Read what waits at a UDP socket."""
        for _ in range(AT_ONCE):
            try:
                packet = receiver.recv(PACKET_LENGTH)
            except BlockingIOError:
                return
            flow, sequence = PACKET.unpack_from(packet)
            if sequence == WARM_UP:
                continue
            seen = self._seen[flow]
            if sequence >= len(seen):
                seen.extend(bytes(sequence - len(seen) + GROW))
            if seen[sequence] < 255:
                seen[sequence] += 1

    def write(self, folder: Path) -> None:
        """One file a flow, a byte a sequence number."""
        for flow, seen in enumerate(self._seen):
            (folder / f'seen-{flow}').write_bytes(seen)


class Connection:
    """One accepted TCP connection."""

    def __init__(self, stream: socket.socket) -> None:
        """Nothing has arrived yet; the flow is told by the first bytes."""
        self._stream = stream
        self._head = b''
        self.flow: int | None = None
        self.received = 0
        self.longest = 0.0
        self._last = 0.0

    def read(self) -> bool:
        """Take what has arrived; False when the other end is gone."""
        try:
            data = self._stream.recv(65536)
        except BlockingIOError:
            return True
        except OSError:
            return False
        if not data:
            return False
        now = time.monotonic()
        if self._last:
            self.longest = max(self.longest, now - self._last)
        self._last = now
        if self.flow is None:
            self._head += data
            if len(self._head) < PACKET.size:
                return True
            self.flow = PACKET.unpack_from(self._head)[0]
            data = self._head[PACKET.size :]
        self.received += len(data)
        return True


def main() -> None:
    """Receive as the JSON request on the first line of standard input says until SIGTERM; then write what arrived."""
    request = json.loads(sys.stdin.readline())
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stopping.append(number))
    arrivals = Arrivals(len(request['flows']))
    selector = selectors.DefaultSelector()
    datagrams = [_listen(listener, socket.SOCK_DGRAM) for listener in request['listeners']]
    for receiver in datagrams:
        selector.register(receiver, selectors.EVENT_READ, None)
    for listener in request['listeners']:
        selector.register(_listen(listener, socket.SOCK_STREAM), selectors.EVENT_READ, 'accept')
    connections: list[Connection] = []
    print('ready', flush=True)
    while not stopping:
        for key, _ in selector.select(0.1):
            stream = key.fileobj
            assert isinstance(stream, socket.socket)
            if key.data is None:
                arrivals.drain(stream)
            elif key.data == 'accept':
                connections.append(_accept(selector, stream))
            elif not key.data.read():
                selector.unregister(stream)
                stream.close()
    folder = Path(request['folder'])
    arrivals.write(folder)
    result = {
        'drops': sum(drops(receiver) for receiver in datagrams),
        'tcp': {one.flow: [one.received, one.longest] for one in connections if one.flow is not None},
    }
    (folder / 'received.json').write_text(json.dumps(result))


def _listen(listener: dict[str, Any], kind: socket.SocketKind) -> socket.socket:
    with inside(listener['pid']):
        receiver = socket.socket(family_of(listener['family']), kind)
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if listener['family'] == 6:
        receiver.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    if kind == socket.SOCK_DGRAM:
        receiver.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_BYTES)
    receiver.bind(('', listener['port']))
    receiver.setblocking(False)
    if kind == socket.SOCK_STREAM:
        receiver.listen()
    return receiver


def _accept(selector: selectors.BaseSelector, listener: socket.socket) -> Connection:
    stream, _ = listener.accept()
    stream.setblocking(False)
    connection = Connection(stream)
    selector.register(stream, selectors.EVENT_READ, connection)
    return connection


if __name__ == '__main__':
    main()
