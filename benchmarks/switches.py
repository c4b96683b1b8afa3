"""FRR routers that are a text in memory, for the real driver: each request to one takes as long as it is told to.

What the driver, NAPALM, Nornir and the fleet do with the answers is real; SSH and the router's own work are not there.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from napalm_frr import committing, merge
from napalm_frr.configuration import Tree, statements, tree
from netbox_calico.planning.model.inventory import Router

_GROUP = re.compile(r'neighbor (\S+) peer-group (\S+)')
_BASE = """\
frr defaults datacenter
hostname {name}
router bgp {asn}
 bgp router-id 10.255.{high}.{low}
 bgp bestpath as-path multipath-relax
 no bgp default ipv4-unicast
 neighbor UPLINK peer-group
 neighbor UPLINK remote-as 64999
 neighbor 192.0.2.253 peer-group UPLINK
 neighbor 2001:db8::253 peer-group UPLINK
 address-family ipv4 unicast
  neighbor UPLINK activate
  maximum-paths 64
 exit-address-family
 address-family ipv6 unicast
  neighbor UPLINK activate
  maximum-paths 64
 exit-address-family
exit
"""


@dataclass
class Switch:
    """One router: what runs there, what a commit will make of it, and how often it was asked."""

    running: str
    after: str = ''
    asked: int = 0
    pending: bool = False
    summary: str = ''

    def expect(self, lines: str) -> None:
        """Work out beforehand what these lines lead to, as the router would in its own time."""
        merged, _ = merge.merged(tree(self.running), statements(lines))
        self.after = '\n'.join(_lines(merged)) + '\n'


class Switches:
    """Routers by the address that they are reached at; ``latency`` is how many seconds an answer takes."""

    def __init__(self, routers: Iterable[Router], latency: float = 0) -> None:
        self.latency = latency
        self.of = {
            router.management: Switch(
                _BASE.format(name=router.name, asn=router.asn, high=number >> 8, low=number & 255)
            )
            for number, router in enumerate(routers, 1)
        }

    @property
    def asked(self) -> int:
        return sum(switch.asked for switch in self.of.values())

    def reach(self, address: str) -> Switch:
        """One request and its answer."""
        switch = self.of[address]
        switch.asked += 1
        time.sleep(self.latency)
        return switch

    @contextmanager
    def wired(self) -> Iterator[None]:
        """Within it the driver finds these in place of SSH and of its far end."""
        were = committing.Connection, committing.OnDevice
        committing.Connection = self._connection  # type: ignore[assignment, misc]
        committing.OnDevice = self._far_end  # type: ignore[assignment, misc]
        try:
            yield
        finally:
            committing.Connection, committing.OnDevice = were  # type: ignore[misc]

    def _connection(self, hostname: str, *_: object) -> _Connection:
        return _Connection(self, hostname)

    def _far_end(self, connection: _Connection, *_: object) -> _FarEnd:
        return _FarEnd(self, connection.hostname)


@dataclass
class _Connection:
    """Stands for ``napalm_frr.ssh.Connection``."""

    switches: Switches
    hostname: str
    username: str = 'benchmark'
    is_open: bool = False

    def open(self) -> None:
        self.switches.reach(self.hostname)
        self.is_open = True

    def close(self) -> None:
        self.is_open = False

    def is_alive(self) -> bool:
        return self.is_open

    def run(self, argv: list[str]) -> tuple[int, str, str]:
        switch = self.switches.reach(self.hostname)
        command = argv[-1]
        if argv[:2] == ['sh', '-c']:
            return 0, 'napalm-frr:\nFRRouting 10.4', ''
        if command == 'show running-config no-header' or argv[-2:-1] == ['cat']:
            return 0, f'{switch.running}end\n', ''
        if command == 'show bgp vrf default summary json':
            return 0, _summary(switch), ''
        return 1, '', f'this router does not know {argv}'


@dataclass
class _FarEnd:
    """Stands for ``napalm_frr.remote.OnDevice``."""

    switches: Switches
    hostname: str

    def close(self) -> None:
        pass

    def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        switch = self.switches.reach(self.hostname)
        answers: dict[str, Callable[..., dict[str, Any]]] = {
            'status': lambda: {'pending': switch.pending},
            'running': lambda: {'text': switch.running},
            'lock': lambda **_: {},
            'check': lambda **_: {'text': ''},
            'commit': lambda **_: _commit(switch),
            'confirm': lambda: _confirm(switch),
        }
        return answers[do](**arguments)


def _commit(switch: Switch) -> dict[str, Any]:
    switch.pending, switch.running, switch.summary = True, switch.after, ''
    return {}


def _confirm(switch: Switch) -> dict[str, Any]:
    switch.pending = False
    return {}


def _lines(root: Tree, indent: int = 0) -> Iterator[str]:
    for line, below in root.items():
        yield ' ' * indent + line
        yield from _lines(below, indent + 1)
        if below:
            yield ' ' * indent + ('exit-address-family' if line.startswith('address-family') else 'exit')


def _summary(switch: Switch) -> str:
    """Every neighbour Established; made once for each configuration."""
    if not switch.summary:
        peers: dict[str, dict[str, Any]] = {'ipv4Unicast': {}, 'ipv6Unicast': {}}
        for name, group in _GROUP.findall(switch.running):
            number = 64999 if group == 'UPLINK' else 64512
            session = {'remoteAs': number, 'state': 'Established', 'pfxRcd': 1}
            peers['ipv6Unicast' if ':' in name else 'ipv4Unicast'][name] = session
        switch.summary = json.dumps({family: {'peers': found} for family, found in peers.items()})
    return switch.summary
