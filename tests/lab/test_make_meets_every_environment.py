"""It works the same where people really are: behind a proxy, after `su`, in an old locale, in a container."""

from __future__ import annotations

import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def url() -> Iterator[str]:
    """A server on this machine."""
    with http.server.ThreadingHTTPServer(('127.0.0.1', 0), http.server.SimpleHTTPRequestHandler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f'http://127.0.0.1:{server.server_address[1]}/'
        server.shutdown()


def made(command: str, **environment: str) -> str:
    """What a recipe of our Makefile prints that consists of `command`."""
    argv = ['make', '--silent', '--eval', f'probe:; {command}', 'probe']
    env = {'PATH': os.environ['PATH'], 'HOME': os.environ.get('HOME', '/'), **environment}
    return subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize('client', ['urllib.request.urlopen("{}").status', 'httpx2.get("{}").status_code'])
def test_no_proxy_stands_between_the_lab_and_this_machine(url: str, client: str) -> None:
    nowhere = 'http://127.0.0.1:1'
    script = f"$(LAB) -c 'import httpx2, urllib.request; print({client.format(url)})'"
    assert made(script, http_proxy=nowhere, https_proxy=nowhere, no_proxy='example.com') == '200'


def test_programs_of_the_administrator_are_found_with_the_path_of_a_user() -> None:
    assert made('command -v nft', PATH='/usr/bin:/bin')


def test_text_is_utf_8_whatever_the_locale_is() -> None:
    assert made("$(LAB) -c 'import sys; print(sys.flags.utf8_mode)'", LC_ALL='C.UTF-8') == '1'


def test_a_container_may_have_no_limits_to_raise() -> None:
    script = """
from ipaddress import IPv4Network
from lab.build import make_room
from lab.layout import design
from lab.topology import Shape
make_room(design(Shape(racks=10, nodes=40), IPv4Network('172.28.0.0/22')))
"""
    subprocess.run(['unshare', '--net', sys.executable, '-c', script], cwd=ROOT, check=True)
