"""``peerIP`` as the agent takes it apart: an address, and a port where one is given."""

from __future__ import annotations

import re

_WITH_PORT = re.compile(r'(?:\[(?P<bracketed>[^][]*)\]|(?P<plain>[^][:]*)):(?P<port>[0-9A-Za-z_]+)')
PORT_MAX = 65535


def split_endpoint(peer_ip: str) -> tuple[str, int]:
    """``ip``, ``v4:port`` or ``[v6]:port`` to the address, as it is written, and the port (0: none).

    What does not fit is returned whole, and is then no address. Go reads the port, so ``0x50`` and ``0120`` are 80.
    """
    match = _WITH_PORT.fullmatch(peer_ip)
    if match is None:
        return peer_ip, 0
    digits = match['port']
    try:
        port = int(digits, 8 if re.fullmatch('0[0-7_]+', digits) else 0)
    except ValueError:
        return peer_ip, 0
    return (match['bracketed'] or match['plain'] or '', port) if port <= PORT_MAX else (peer_ip, 0)
