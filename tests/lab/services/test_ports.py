"""Ports that are free, and stay so for whoever takes the socket."""

from __future__ import annotations

import socket

import pytest

from lab.services.ports import free_port, listener


def test_a_port_that_is_taken_is_stepped_around() -> None:
    with listener() as taken:
        port = taken.getsockname()[1]
        assert free_port(first=port) > port
        with listener(first=port) as other:
            assert port < other.getsockname()[1] < port + 100


def test_a_listener_leaves_no_moment_for_others() -> None:
    with listener() as found, socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with pytest.raises(OSError, match='in use'):
            other.bind(found.getsockname())
