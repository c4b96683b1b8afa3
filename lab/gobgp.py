"""A route reflector that runs GoBGP: the same box as a router with FRR, and gobgpd in its place.

It is a speaker alone, so its kernel has static routes, and so have the spines to its loopbacks.
"""

from __future__ import annotations

import json
import os
import pwd
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lab import frr, management, namespace, topology
from lab.addressing import SPINE_AS
from lab.errors import LabError
from lab.namespace import Device

NEEDED = {Path('/usr/bin/gobgpd'): 'gobgpd', Path('/usr/bin/gobgp'): 'gobgpd', Path('/usr/bin/setpriv'): 'util-linux'}
ESTABLISHED = 6
# BGP's port, for a user without rights of its own.
SETTINGS = {**frr.SETTINGS, 'ipv4/ip_unprivileged_port_start': '179'}
FOLDER = '/srv'
"""Where the device has its configuration: what lies above it in the lab's folder may be closed to others than root."""
_FAMILIES = {4: 'ipv4-unicast', 6: 'ipv6-unicast'}


@dataclass(frozen=True, slots=True)
class Router(frr.Router):
    """A running reflector, and how to log in to it."""

    @property
    def file(self) -> Path:
        """Its configuration."""
        return _file(self.folder)

    def gobgp(self, *words: str) -> Any:
        """What `gobgp -j` answers; None where there is nothing."""
        answer = self.namespace.run(['gobgp', '-j', *words])
        try:
            return json.loads(answer)
        except ValueError:
            return None

    def start(self) -> None:
        """Start gobgpd with its file, as the user that logs in."""
        owner = pwd.getpwnam('frr')
        user = ['setpriv', f'--reuid={owner.pw_uid}', f'--regid={owner.pw_gid}', '--init-groups']
        program = ['gobgpd', '-f', f'{FOLDER}/{self.file.name}', '--api-hosts=127.0.0.1:50051', '--pprof-disable']
        with (self.folder / 'gobgpd.log').open('ab') as log:
            process = self.namespace.start([*user, *program], log=log)
        (self.folder / 'gobgpd.pid').write_text(str(process.pid), encoding='ascii')

    def sessions_down(self) -> list[str]:
        """The neighbours whose sessions are not Established; itself while it does not answer."""
        try:
            peers = self.gobgp('neighbor') or []
        except LabError:
            return ['gobgpd']
        return [peer['conf']['neighbor_address'] for peer in peers if peer['state'].get('session_state') != ESTABLISHED]

    def stop(self) -> None:
        """End gobgpd without a farewell. Returns when it is gone."""
        pid = int((self.folder / 'gobgpd.pid').read_text(encoding='ascii'))
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            while True:
                os.kill(pid, 0)
                with suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)
                time.sleep(0.01)


def require_programs() -> None:
    """LabError that names what is to be installed when GoBGP is not on this machine."""
    for program, package in NEEDED.items():
        if not program.exists():
            raise LabError(f'{program} is missing: install the package {package}.')


def write_file(folder: Path, configuration: str) -> None:
    """Write the configuration, for the user that logs in."""
    owner, file = pwd.getpwnam('frr'), _file(folder)
    file.parent.mkdir(exist_ok=True)
    file.write_text(configuration, encoding='ascii')
    file.chmod(0o640)
    for owned in (file, file.parent):
        os.chown(owned, owner.pw_uid, owner.pw_gid)


def device(name: str, folder: Path) -> Device:
    """The namespaces of a reflector whose files lie in `folder`."""
    found = frr.device(name, folder)
    return replace(found, binds=(*found.binds, (str(_file(folder).parent), FOLDER)), settings=SETTINGS)


@contextmanager
def standalone(
    folder: Path, configuration: str, *, name: str = 'reflector', lab: str = 'reflector'
) -> Iterator[Router]:
    """One reflector by itself, on a management network of its own, for as long as the context lasts."""
    require_programs()
    namespace.remove(lab)
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    login = frr.new_key(folder / 'login', frr.USERNAME)
    host_key = frr.write_files(name, folder / name, '', login)
    write_file(folder / name, configuration)
    try:
        made = namespace.create(lab, [Device('management'), device(name, folder / name)])
        network = management.connect(lab, made['management'])
        address = network.network_address + 2
        management.attach(made['management'], network, [(made[name], address)])
        router = Router(made[name], folder / name, address, folder / 'login', host_key)
        made[name].ip(['link set lo up'])
        router.start()
        frr.start_sshd(router)
        yield router
    finally:
        namespace.remove(lab)


def configuration(whole: topology.Topology, router: topology.Router) -> str:
    """What it has before any Calico: itself, and sessions with the spines."""
    return '\n'.join(
        [
            '# The fabric of the lab',
            '[global.config]',
            f'as = {router.asn}',
            f'router-id = "{router.router_id}"',
            *_spines(whole, router),
            '',
        ]
    )


def _spines(whole: topology.Topology, router: topology.Router) -> Iterator[str]:
    for position, family in enumerate(whole.shape.families):
        for link in router.links:
            yield f'\n# {link.peer}\n[[neighbors]]\n[neighbors.config]'
            yield f'neighbor-address = "{link.peer_addresses[position]}"\npeer-as = {SPINE_AS}'
            yield '[neighbors.timers.config]\nhold-time = 9\nkeepalive-interval = 3\nconnect-retry = 5'
            yield f'[[neighbors.afi-safis]]\n[neighbors.afi-safis.config]\nafi-safi-name = "{_FAMILIES[family]}"'


def _file(folder: Path) -> Path:
    return folder / 'gobgp' / 'gobgpd.conf'
