"""The management network: a bridge in a namespace of its own, and one leg of it in the machine itself.

Routers are logged in to over it and nodes reach the Kubernetes API over it, as in life. The bridge stands in a
namespace so that a lab of hundreds of devices shows the machine one interface.
"""

from __future__ import annotations

import fcntl
import json
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from ipaddress import IPv4Address, IPv4Network, ip_network
from pathlib import Path

from lab.errors import LabError
from lab.namespace import Namespace, root_interface

# RFC 1918 space that container engines leave alone by default; a lab has 1022 addresses.
POOL = IPv4Network('172.28.0.0/14')
PREFIX_LENGTH = 22
LOCK = Path('/tmp/netbox-calico-lab.lock')


@contextmanager
def _alone() -> Iterator[None]:
    """Two labs that start together must not take the same network."""
    with LOCK.open('w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def root_ip(arguments: Sequence[str], *, text: str | None = None) -> str:
    """Run iproute2 in the machine's own namespace; its output, or a LabError."""
    done = subprocess.run(['ip', *arguments], input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LabError(f'ip {" ".join(arguments)} failed: {done.stderr.strip()}')
    return done.stdout


def _first_free(networks: Iterable[IPv4Network]) -> IPv4Network | None:
    taken = [
        ip_network(route['dst'], strict=False)
        for route in json.loads(root_ip(['-json', '-4', 'route', 'show', 'table', 'all']))
        if route['dst'] != 'default'
    ]
    for network in networks:
        if not any(network.overlaps(other) for other in taken if other.version == 4):
            return network
    return None


def any_network() -> IPv4Network:
    """A network that nothing on this machine has a route to; LabError when none is left."""
    network = _first_free(POOL.subnets(new_prefix=PREFIX_LENGTH))
    if network is None:
        raise LabError(f'No free /{PREFIX_LENGTH} for a management network is left in {POOL}: take a lab down.')
    return network


def the_network(wanted: IPv4Network) -> IPv4Network:
    """That network, or LabError when something else on this machine has it by now."""
    if _first_free([wanted]) is None:
        raise LabError(f'Something else has the management network {wanted} by now: take it down, or start a new lab.')
    return wanted


def machine_address(network: IPv4Network) -> IPv4Address:
    """The address of the machine itself on the management network."""
    return network.network_address + 1


def connect(lab: str, bridge: Namespace, choose: Callable[[], IPv4Network] = any_network) -> IPv4Network:
    """Make the management bridge in `bridge`, connect the machine to it and return the network chosen for it."""
    interface = root_interface(lab)
    bridge.ip(['link set lo up', 'link add mgmt type bridge', 'link set mgmt up'])
    with _alone():
        network = choose()
        root_ip(
            ['-batch', '-'],
            text=f'link add {interface} type veth peer name machine netns {bridge.pid}\n'
            f'address add {machine_address(network)}/{network.prefixlen} dev {interface}\n'
            f'link set {interface} up\n',
        )
    bridge.ip(['link set machine master mgmt', 'link set machine up'])
    return network


def attach(bridge: Namespace, network: IPv4Network, devices: Sequence[tuple[Namespace, IPv4Address]]) -> None:
    """Give each device an interface `mgmt` with its address on the management network."""
    lines = [
        f'link add mgmt netns {device.pid} type veth peer name m{number} netns {bridge.pid}'
        for number, (device, _) in enumerate(devices)
    ]
    root_ip(['-batch', '-'], text='\n'.join(lines) + '\n')
    bridge.ip(
        line for number in range(len(devices)) for line in (f'link set m{number} master mgmt', f'link set m{number} up')
    )
    for device, address in devices:
        device.ip([f'address add {address}/{network.prefixlen} dev mgmt', 'link set mgmt up'])
