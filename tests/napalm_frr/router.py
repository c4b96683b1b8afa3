"""What the tests do to a router behind the driver's back: other people's accounts, hands, crashes."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from lab import frr
from lab.namespace import processes

PASSWORD = 'correct horse'
SECOND_SSHD = 2222
USERS = {
    # name: (user id, shell, in the group frrvty, may use sudo)
    'operator': (2001, '/bin/sh', False, True),
    'viewer': (2002, '/bin/sh', True, False),
    'guest': (2003, '/bin/sh', False, False),
    'console': (2004, '/usr/bin/vtysh', True, False),
    'chatty': (2005, '/bin/bash', True, False),
}


def add_accounts(router: frr.Router) -> None:
    """Users of every kind, who log in by password or by the router's one key, and root, at a second sshd."""
    folder = router.folder
    hashed = subprocess.run(
        ['openssl', 'passwd', '-6', PASSWORD], capture_output=True, text=True, check=True
    ).stdout.strip()
    passwd = shadow = group = ''
    sudoers = 'root ALL=(ALL) ALL\n'
    for name, (number, shell, _, sudo) in USERS.items():
        passwd += f'{name}:x:{number}:{number}::/home/{name}:{shell}\n'
        shadow += f'{name}:{hashed}:19000:0:99999:7:::\n'
        group += f'{name}:x:{number}:\n'
        sudoers += f'{name} ALL=(ALL) NOPASSWD: ALL\n' if sudo else ''
        (folder / 'home' / name).mkdir()
    (folder / 'home/chatty/.bashrc').write_text('echo Welcome to this router\n')
    members = [name for name, (_, _, frrvty, _) in USERS.items() if frrvty]
    _append(folder / 'passwd', passwd)
    _append(folder / 'shadow', shadow)
    groups = (folder / 'group').read_text().splitlines()
    _overwrite(
        folder / 'group',
        '\n'.join(','.join([line, *members]) if line.startswith('frrvty:') else line for line in groups) + '\n' + group,
    )
    (folder / 'sudoers').write_text(sudoers)
    (folder / 'sudoers').chmod(0o440)
    key = (folder / f'home/{frr.USERNAME}/.ssh/authorized_keys').read_text()
    (folder / 'everyone').write_text(key)
    (folder / 'second_sshd').write_text(
        f'Port {SECOND_SSHD}\nHostKey {folder}/host_key\nPidFile none\nAuthorizedKeysFile {folder}/everyone\n'
        'StrictModes no\nUsePAM no\nUseDNS no\nPasswordAuthentication yes\nPermitRootLogin yes\n'
    )
    # sshd stays in the mount namespace where sudoers is ours.
    bind = f'mount --bind {folder}/sudoers /etc/sudoers'
    router.namespace.run(['sh', '-c', f'{bind} && exec {" ".join(frr.sshd())} -f {folder}/second_sshd'])


def _append(file: Path, text: str) -> None:
    _overwrite(file, file.read_text() + text)


def _overwrite(file: Path, text: str) -> None:
    """In place: the file itself is mounted."""
    with file.open('w') as stream:
        stream.write(text)


def running(router: frr.Router) -> str:
    return router.vtysh('show running-config no-header')


def startup(router: frr.Router) -> str:
    return (router.folder / 'frr/frr.conf').read_text()


def configure(router: frr.Router, *lines: str) -> None:
    """Somebody's hand on the console."""
    router.vtysh('configure terminal', *lines)


def reset(router: frr.Router, base: str) -> None:
    """Back to the configuration `base`, saved, and nothing pending."""
    router.namespace.run(['rm', '-rf', '/run/frr/napalm'])
    if running(router) != base:
        top = [line for line in running(router).splitlines() if line[:1] not in ('', ' ', '!')]
        doomed = ('router ', 'route-map ', 'ip prefix-list', 'ipv6 prefix-list', 'ip route', 'bgp ', 'log ', 'no ip')
        undo = [f'no {line}' for line in top if line.startswith(doomed) and not line.startswith('no ')]
        router.vtysh('configure terminal', *(undo or ['end']))
        (router.folder / 'frr/base.conf').write_text(base)
        router.namespace.run(['vtysh', '-f', '/etc/frr/base.conf'])
    assert running(router) == base
    router.vtysh('write memory')


def kill(router: frr.Router, daemon: str) -> None:
    pid = int(router.namespace.run(['cat', f'/run/frr/{daemon}.pid']))
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: daemon not in router.vtysh('show daemons'))


def revive(router: frr.Router, daemon: str) -> None:
    """As watchfrr does: start the daemon, then have it read the startup configuration."""
    router.start_daemon(daemon)
    router.vtysh('show version')
    router.namespace.run(['vtysh', '-b'])


def power_cut(router: frr.Router) -> None:
    """Everything dies, `/run` is empty, FRR starts from its startup configuration."""
    for pid in on_device_processes(router):
        os.kill(pid, signal.SIGKILL)
    router.stop()
    router.namespace.run(['sh', '-c', 'rm -rf /run/frr/*'])
    router.start()


def on_device_processes(router: frr.Router) -> list[int]:
    """The driver's programs on the router: sessions and timers."""
    network = os.readlink(f'/proc/{router.namespace.pid}/ns/net')
    found = []
    for pid, where in processes(router.namespace.lab).items():
        try:
            command = Path(f'/proc/{pid}/cmdline').read_bytes()
        except OSError:
            continue
        if where == network and b'module.serve()' in command and b'python3' in command.split(b'\0')[0]:
            found.append(pid)
    return found


def wait_for(condition: Callable[[], object], seconds: float = 180) -> None:
    """Poll until `condition()` holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f'{condition} did not come true within {seconds} s')
        time.sleep(0.05)
