"""Two clusters on the same switches: each comes and goes, and the other does not notice.

The lab's cluster goes there and back as ever. The blue one has a node in each rack, which runs BIRD as a node of Calico
does, and its sections are sent to the same switches under its own handle.
"""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest

from lab import namespace
from lab.datacentre import BIRD, Lab, up
from lab.namespace import Device, Namespace
from lab.topology import Shape
from lab.wiring import rack_name
from netbox_calico.adapters.credentials import Login
from netbox_calico.adapters.switches import RouterTarget, SwitchFleet
from netbox_calico.execution.run import RunEnd
from netbox_calico.planning.digest import owned_digest
from netbox_calico.planning.model.intent import Neighbor, PeerGroup, RouterSection
from netbox_calico.planning.model.inventory import ForeignUse, Router, Snapshot
from netbox_calico.planning.model.plan import Item, Operation, Result
from netbox_calico.planning.naming import group_name, policy_name
from netbox_calico.render import RENDERERS
from tests.journeys.drive import Drive, Notes, drive
from tests.journeys.inventory import PROFILES, snapshot_of

BLUE, BLUE_AS, BLUE_POOL = 'lab-2', 64513, IPv4Network('10.66.0.0/16')
"""The handle begins with the other cluster's."""


@dataclass(frozen=True)
class BlueNode:
    """A node of the blue cluster: its rack, its namespace, its address there, its block."""

    rack: int
    inside: Namespace
    address: IPv4Address
    block: IPv4Network

    @property
    def pod(self) -> IPv4Address:
        return self.block[2]


@pytest.fixture(scope='module')
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = up(Shape(racks=2, nodes=2, tors=2), name='twins', folder=Path(tmp_path_factory.mktemp('lab')))
    yield lab
    lab.down()


@pytest.fixture(scope='module')
def blue_nodes(lab: Lab) -> tuple[BlueNode, ...]:
    made = namespace.create(lab.record.name, [Device(f'blue-{rack}', private=True) for rack in (1, 2)])
    return tuple(_blue_node(lab, rack, made[f'blue-{rack}']) for rack in (1, 2))


def _blue_node(lab: Lab, rack: int, inside: Namespace) -> BlueNode:
    node = BlueNode(rack, inside, IPv4Address(f'10.1.{rack}.51'), IPv4Network(f'10.66.0.{64 * rack}/26'))
    switch = lab.namespace(rack_name(rack))
    inside.ip(['link set lo up', f'address add {node.pod}/32 dev lo'])
    inside.run(['ip', 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'blue', 'netns', str(switch.pid)])
    inside.ip([f'address add {node.address}/24 dev eth0', 'link set eth0 up'])
    switch.ip(['link set blue master rack', 'link set blue up'])
    tors = lab.topology.rack_tors(rack)
    sessions = '\n'.join(
        f'protocol bgp tor{number} from tor {{ neighbor {tor.addresses[0].ip} as {tor.asn}; }}'
        for number, tor in enumerate(tors)
    )
    configuration = lab.record.folder / f'blue-{rack}.conf'
    configuration.write_text(
        f'router id {node.address};\nprotocol device {{}}\nprotocol direct {{ ipv4; interface "eth0"; }}\n'
        'protocol kernel { merge paths on; ipv4 { export where source != RTS_DEVICE; }; }\n'
        f'protocol static {{ ipv4; route {node.block} blackhole; }}\n'
        f'template bgp tor {{ local as {BLUE_AS}; connect delay time 1; connect retry time 2;\n'
        f'  ipv4 {{ import where net ~ {BLUE_POOL}; export where source = RTS_STATIC; }}; }}\n{sessions}\n'
    )
    inside.run([str(BIRD), '-c', str(configuration), '-s', '/run/bird.ctl', '-P', '/run/bird.pid'])
    return node


@pytest.fixture
def blue(lab: Lab, driver: Drive) -> Iterator[SwitchFleet]:
    """The switches as the blue cluster knows them."""
    some = next(iter(lab.routers.values()))
    login = Login(some.username, key_file=str(some.key_file), known_hosts_file=str(lab.record.folder / 'known_hosts'))
    targets = [
        RouterTarget(router.id, router.name, router.management, 'frr', 'frr', 'tor')
        for router in driver.snapshot.routers
    ]
    with SwitchFleet(targets, BLUE, login=lambda _: login, secret=lambda *_: '', sections=RENDERERS) as fleet:
        yield fleet


@pytest.fixture
def driver(lab: Lab) -> Iterator[Drive]:
    snapshot = snapshot_of(lab.topology)
    foreign = tuple(ForeignUse('Blue', BLUE, router.id) for router in snapshot.routers)
    with drive(lab, replace(snapshot, foreign=foreign)) as opened:
        yield opened


def _section(router: Router, nodes: Sequence[BlueNode]) -> RouterSection:
    group = PeerGroup(
        name=group_name(BLUE, 4),
        family=4,
        remote_as=BLUE_AS,
        keepalive=3,
        hold_time=9,
        as_override=True,
        import_map=policy_name(BLUE, 'IN', 4),
        export_map=policy_name(BLUE, 'OUT', 4),
        import_list=policy_name(BLUE, 'IN', 4),
        export_list=policy_name(BLUE, 'OUT', 4),
        permitted=(BLUE_POOL,),
        neighbors=tuple(Neighbor(node.address, f'blue-{node.rack}') for node in nodes),
    )
    return RouterSection(router.id, router.name, router.asn or 0, BLUE, PROFILES['frr'], (group,) if nodes else ())


def send(fleet: SwitchFleet, snapshot: Snapshot, nodes: Sequence[BlueNode]) -> None:
    """Make the switches of each rack know these nodes, and no other blue ones."""
    items = []
    for router, seen in zip(snapshot.routers, fleet.observe(r.id for r in snapshot.routers), strict=True):
        assert router.rack
        here = [node for node in nodes if node.rack == router.rack.id]
        change = RENDERERS['frr'].change(seen.section, _section(router, here))
        before, after = owned_digest(change.before), owned_digest(change.after)
        items.append(Item(f'router:{router.id}', router.name, Operation.UPDATE, change.artefact, '', (), before, after))
    applied = fleet.apply(items)
    confirmed = fleet.confirm([outcome.target for outcome in applied if outcome.result is Result.UPDATED])
    assert {outcome.result for outcome in (*applied, *confirmed)} <= {Result.UPDATED, Result.UNCHANGED}, applied


def until(what: str, met: object, limit: float = 60) -> None:
    deadline = time.monotonic() + limit
    while not met():  # type: ignore[operator]
        assert time.monotonic() < deadline, f'{what} did not come to pass in {limit} s'
        time.sleep(0.2)


@contextmanager
def pings(lab: Lab, near: BlueNode, far: BlueNode) -> Iterator[None]:
    """A hundred a second from pod to pod of the blue cluster, while this lasts; not one may be lost."""
    log = lab.record.folder / 'pings'
    with log.open('wb') as stream:
        argv = ['ping', '-n', '-q', '-i', '0.01', '-I', str(near.pod), str(far.pod)]
        process = near.inside.start(argv, log=stream)
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(10)
    found = re.search(r'(\d+) packets transmitted, (\d+) received', log.read_text())
    assert found, log.read_text()
    sent, received = map(int, found.groups())
    assert sent > 500
    # The last one may still be on its way.
    assert sent - received <= 1, log.read_text()


def sections(lab: Lab, handle: str) -> dict[str, str]:
    return {tor.name: RENDERERS['frr'].owned(_running(lab, tor.name), handle, str) for tor in lab.topology.tors}


def sessions(lab: Lab, handle: str) -> dict[tuple[str, str], tuple[str, int, int]]:
    """State of every neighbour of a cluster on every switch, how often it came up and how often it went down."""
    found = {}
    for tor in lab.topology.tors:
        section = sections(lab, handle)[tor.name].split()
        summary = json.loads(lab.routers[tor.name].vtysh('show bgp vrf default summary json'))
        for family in ('ipv4Unicast', 'ipv6Unicast'):
            for name, peer in summary.get(family, {}).get('peers', {}).items():
                if name in section:
                    counts = peer['connectionsEstablished'], peer['connectionsDropped']
                    found[tor.name, name] = (peer['state'], *counts)
    return found


def _running(lab: Lab, router: str) -> str:
    return lab.routers[router].vtysh('show running-config no-header')


def everywhere_up(lab: Lab, handle: str, count: int) -> bool:
    found = sessions(lab, handle)
    return len(found) == count and {state for state, *_ in found.values()} == {'Established'}


def reaches(near: BlueNode, far: BlueNode) -> bool:
    argv = ['ping', '-n', '-q', '-c', '1', '-W', '1', '-I', str(near.pod), str(far.pod)]
    return ' 0% packet loss' in near.inside.run(['sh', '-c', ' '.join(argv) + ' || true'])


def deployed(driver: Drive, kind: str) -> None:
    plan = driver.plan(kind)
    assert not plan.errors, plan.errors
    if kind == 'deploy':
        assert 'router-shared' in {finding.code for finding in plan.findings}
    report = driver.run(plan, notes := Notes())
    assert report.end is RunEnd.COMPLETED, (report.message, notes.lines)


def test_each_comes_and_goes_and_the_other_does_not_notice(
    lab: Lab, driver: Drive, blue: SwitchFleet, blue_nodes: tuple[BlueNode, ...]
) -> None:
    near, far = blue_nodes
    empty = {tor.name: _running(lab, tor.name) for tor in lab.topology.tors}
    send(blue, driver.snapshot, blue_nodes)
    until('Blue', lambda: everywhere_up(lab, BLUE, 4) and reaches(near, far) and reaches(far, near))
    theirs, state = sections(lab, BLUE), sessions(lab, BLUE)

    with pings(lab, near, far):
        deployed(driver, 'deploy')
    assert (sections(lab, BLUE), sessions(lab, BLUE)) == (theirs, state)

    ours, our_state = sections(lab, 'lab'), sessions(lab, 'lab')
    assert all(ours.values())
    assert len(our_state) == 16
    send(blue, driver.snapshot, ())
    assert not any(sections(lab, BLUE).values())
    assert not reaches(near, far)
    assert not driver.plan('deploy').steps
    send(blue, driver.snapshot, blue_nodes)
    until('Blue again', lambda: everywhere_up(lab, BLUE, 4) and reaches(near, far) and reaches(far, near))
    assert (sections(lab, 'lab'), sessions(lab, 'lab')) == (ours, our_state)
    state = sessions(lab, BLUE)

    with pings(lab, near, far):
        deployed(driver, 'back')
    assert not any(sections(lab, 'lab').values())
    assert (sections(lab, BLUE), sessions(lab, BLUE)) == (theirs, state)

    send(blue, driver.snapshot, ())
    assert {tor.name: _running(lab, tor.name) for tor in lab.topology.tors} == empty


def test_the_address_of_one_is_not_taken_by_the_other(
    lab: Lab, driver: Drive, blue: SwitchFleet, blue_nodes: tuple[BlueNode, ...]
) -> None:
    """The blue cluster was told a wrong address once: that of a node of ours."""
    mistaken = [replace(blue_nodes[0], address=lab.topology.rack_nodes(1)[0].addresses[0].ip)]
    send(blue, driver.snapshot, mistaken)
    try:
        found = [one for one in driver.plan('deploy').errors if one.code == 'neighbor-claimed']
        assert {one.subject for one in found} == {tor.name for tor in lab.topology.rack_tors(1)}
        assert all(
            'in group CAL-LAB-2-4, which is not ours; Blue is on this router as well' in one.message for one in found
        )
    finally:
        send(blue, driver.snapshot, ())
