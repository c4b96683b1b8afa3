"""The sending process: one packet of each UDP flow a tick, a line of each TCP flow every few ticks.

A UDP flow goes round over several source ports, so that it uses every path that the routers balance over. Where the
machine does not keep up with the rate, fewer packets are sent; what is counted is what was really sent.
"""

from __future__ import annotations

import json
import signal
import socket
import sys
import time
from array import array
from pathlib import Path
from typing import Any

from lab.traffic.sockets import PACKET, PACKET_LENGTH, PATHS, WARM_UP, family_of, inside

# So many ticks that came late are made good at once, so that the rate holds; more would be a burst.
CATCH_UP_TICKS = 5
TCP_SECONDS = 0.01
CONNECT_SECONDS = 3.0
WARM_UP_ROUNDS, WARM_UP_PAUSE = 5, 0.1


class UdpFlow:
    """The sockets of one flow, one a path."""

    def __init__(self, number: int, flow: dict[str, Any]) -> None:
        """`number` stands in every packet of the flow."""
        self.number = number
        self.failed = 0
        with inside(flow['source_pid']):
            self._sockets = [socket.socket(family_of(flow['family']), socket.SOCK_DGRAM) for _ in range(PATHS)]
        for path in self._sockets:
            path.bind((flow['source_address'], 0))
            path.connect((flow['target'], flow['port']))
            path.setblocking(False)
        self._packet = bytearray(PACKET_LENGTH)

    def send(self, sequence: int) -> None:
        """Send one packet."""
        PACKET.pack_into(self._packet, 0, self.number, sequence)
        path = self._sockets[sequence % PATHS]
        try:
            path.send(self._packet)
        except OSError:
            # The error may be the echo of an earlier packet, which this call only delivered.
            try:
                path.send(self._packet)
            except OSError:
                self.failed += 1

    def warm_up(self) -> None:
        """Send a packet that does not count on every path: neighbours are resolved, translations are set up."""
        PACKET.pack_into(self._packet, 0, self.number, WARM_UP)
        for path in self._sockets:
            for _ in range(2):
                try:
                    path.send(self._packet)
                except OSError:
                    continue
                break


class TcpFlow:
    """One connection that is kept for the whole measurement."""

    def __init__(self, number: int, flow: dict[str, Any]) -> None:
        """Connect; a target that does not answer in time is a broken flow, not an error."""
        self.number = number
        self.sent = 0
        self.broken = ''
        self._header = PACKET.pack(number, 0)
        with inside(flow['source_pid']):
            self._socket = socket.socket(family_of(flow['family']), socket.SOCK_STREAM)
        self._socket.bind((flow['source_address'], 0))
        self._socket.settimeout(CONNECT_SECONDS)
        try:
            self._socket.connect((flow['target'], flow['port']))
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket.sendall(self._header)
        except OSError as exc:
            self.broken = f'no connection: {exc}'
        self._socket.setblocking(False)

    def send(self) -> None:
        """Send some bytes unless the connection is broken or takes no more for now."""
        if self.broken:
            return
        try:
            self.sent += self._socket.send(b'x' * PACKET_LENGTH)
        except BlockingIOError:
            pass
        except OSError as exc:
            self.broken = f'broken: {exc}'

    def close(self) -> None:
        """Say that no more comes."""
        self._socket.close()


def main() -> None:
    """Send from the JSON request on the first line of standard input until SIGTERM; then write what was sent."""
    request = json.loads(sys.stdin.readline())
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stopping.append(number))
    numbered = list(enumerate(request['flows']))
    udp = [UdpFlow(number, flow) for number, flow in numbered if flow['protocol'] == 'udp']
    for _ in range(WARM_UP_ROUNDS):
        for flow in udp:
            flow.warm_up()
        time.sleep(WARM_UP_PAUSE)
    tcp = [TcpFlow(number, flow) for number, flow in numbered if flow['protocol'] == 'tcp']
    print('ready', flush=True)
    ticks = send_until(stopping, udp, tcp, 1 / request['rate'])
    folder = Path(request['folder'])
    (folder / 'ticks').write_bytes(ticks.tobytes())
    result = {
        'failed': {flow.number: flow.failed for flow in udp},
        'tcp': {flow.number: [flow.sent, flow.broken] for flow in tcp},
    }
    (folder / 'sent.json').write_text(json.dumps(result))
    for connection in tcp:
        connection.close()


def send_until(stopping: list[int], udp: list[UdpFlow], tcp: list[TcpFlow], interval: float) -> array[int]:
    """Tick until somebody asks to stop; the times of the ticks in nanoseconds, whose index is the sequence number."""
    ticks: array[int] = array('Q')
    due = next_tcp = time.monotonic()
    while not stopping:
        now = time.monotonic()
        if now < due:
            time.sleep(due - now)
            continue
        due = max(due + interval, now - CATCH_UP_TICKS * interval)
        sequence = len(ticks)
        ticks.append(time.monotonic_ns())
        for flow in udp:
            flow.send(sequence)
        if now >= next_tcp:
            next_tcp = now + TCP_SECONDS
            for connection in tcp:
                connection.send()
    return ticks


if __name__ == '__main__':
    main()
