"""Makes the namespaces of many devices at once and leaves one sleeping process in each.

A program of its own, on the standard library alone and with one thread, because it forks once a device: from the
big process of a test run or of an IDE that would be slow and, with threads, unsafe. It reads one JSON document from
its standard input and prints one line a device: the name and the process that holds its namespaces.
"""

from __future__ import annotations

import ctypes
import json
import os
import socket
import sys
from pathlib import Path
from typing import Any, NoReturn

MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
libc = ctypes.CDLL(None, use_errno=True)


def mount(source: str, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    """mount(2), with its errno as an OSError that names the target."""
    encoded = [None if text is None else text.encode() for text in (source, target, kind)]
    if libc.mount(*encoded, ctypes.c_ulong(flags), None if data is None else data.encode()) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), target)


def enter_own_world(device: dict[str, Any]) -> None:
    """Give this process the namespaces of `device`, with its mounts and kernel settings."""
    flags = os.CLONE_NEWNET
    if device['private']:
        flags |= os.CLONE_NEWNS | os.CLONE_NEWUTS
    os.unshare(flags)
    if device['private']:
        socket.sethostname(device['name'])
        mount('none', '/', None, MS_REC | MS_PRIVATE)
        # /sys shows the interfaces of the namespace in which it was mounted.
        mount('sysfs', '/sys', 'sysfs', 0)
        mount('tmpfs', '/run', 'tmpfs', 0, 'mode=755')
        for folder, owner, group in device['run_folders']:
            os.mkdir(folder, 0o755)
            os.chown(folder, owner, group)
        for source, target in device['binds']:
            mount(source, target, None, MS_BIND)
    for name, value in device['settings'].items():
        Path('/proc/sys/net', name).write_text(value, encoding='ascii')


def hold(device: dict[str, Any], label: str, ready: int) -> NoReturn:
    """Become the process that keeps the namespaces of `device` alive."""
    try:
        os.setsid()
        enter_own_world(device)
        os.write(ready, b'ready')
    except OSError as exc:
        os.write(ready, str(exc).encode())
        os._exit(1)
    os.execv('/bin/sleep', [f'{label}:{device["name"]}', 'infinity'])


def main() -> int:
    """Hold every device of the request; 1 with a sentence on standard error when one cannot be."""
    request = json.load(sys.stdin)
    waiting = []
    nothing = os.open(os.devnull, os.O_RDWR)
    for device in request['devices']:
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            for descriptor in (0, 1, 2):
                os.dup2(nothing, descriptor)
            hold(device, request['label'], writer)
        os.close(writer)
        waiting.append((device['name'], pid, reader))
    failed = False
    for name, pid, reader in waiting:
        answer = os.read(reader, 4096).decode()
        os.close(reader)
        if answer == 'ready':
            print(name, pid)
        else:
            print(f'{name}: {answer}', file=sys.stderr)
            failed = True
    return int(failed)


if __name__ == '__main__':
    sys.exit(main())
