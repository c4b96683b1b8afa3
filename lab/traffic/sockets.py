"""What the sending and the receiving process share: sockets made in namespaces, and the form of a packet."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

# flow, sequence number; the rest of a packet is padding.
PACKET = struct.Struct('!HQ')
PACKET_LENGTH = 128
WARM_UP = 2**64 - 1
# The source ports of a UDP flow.
PATHS = 4
# A scheduler's pause of either process must not look like loss.
BUFFER_BYTES = 8 * 1024 * 1024
SO_RCVBUFFORCE, SO_MEMINFO, MEMINFO_DROPS = 33, 55, 8


@contextmanager
def inside(pid: int) -> Iterator[None]:
    """Be in the network namespace of a process; a socket that is made there stays there."""
    own = os.open('/proc/self/ns/net', os.O_RDONLY)
    other = os.open(f'/proc/{pid}/ns/net', os.O_RDONLY)
    try:
        os.setns(other, os.CLONE_NEWNET)
        yield
    finally:
        os.setns(own, os.CLONE_NEWNET)
        os.close(own)
        os.close(other)


def family_of(version: int) -> socket.AddressFamily:
    """The socket family of an IP version."""
    return socket.AF_INET if version == 4 else socket.AF_INET6


def drops(receiver: socket.socket) -> int:
    """How many packets the kernel threw away because this socket's buffer was full: an error of the measurement."""
    numbers = receiver.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, 36)
    return int(struct.unpack('=9I', numbers)[MEMINFO_DROPS])
