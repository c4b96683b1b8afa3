"""A data centre in memory: what NetBox would say of it, what a look at it would find, and what an applied item makes of
it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from ipaddress import ip_address, ip_interface, ip_network
from typing import Any

from netbox_calico.planning.digest import owned_digest
from netbox_calico.planning.model.intent import PeerGroup, RouterSection
from netbox_calico.planning.model.inventory import (
    Address,
    Cluster,
    Node,
    Pool,
    Profile,
    Rack,
    Router,
    ServiceRange,
    Snapshot,
)
from netbox_calico.planning.model.observation import (
    Affinity,
    ClusterObservation,
    KubernetesNode,
    Observation,
    Resource,
    RouterObservation,
    RouterSession,
)
from netbox_calico.planning.model.options import LoopRemedy, Options, Scheme
from netbox_calico.planning.model.plan import Item, Plan
from netbox_calico.planning.ports import SectionChange, SectionRenderer
from netbox_calico.render import RENDERERS as REAL

from .applied import applied

PROFILE = Profile('frr', 'frr', 'frr', 'tor-login')
SPINE = {4: ip_address('192.0.2.253'), 6: ip_address('2001:db8::253')}
SETTINGS = {
    'maximum_paths_4': '64',
    'maximum_paths_6': '64',
    'multipath_relax': 'yes',
    'addpath_rx': 'yes',
    'stale_path_time': '360',
}


@dataclass
class Recorder:
    """The real renderer, which remembers what its lines make of a section, as a switch would know."""

    renderer: SectionRenderer
    outcomes: dict[tuple[str, str], str] = field(default_factory=dict)

    def change(self, observed: str, wanted: RouterSection) -> SectionChange:
        return self._remembered(self.renderer.change(observed, wanted))

    def drain(self, observed: str) -> SectionChange:
        return self._remembered(self.renderer.drain(observed))

    def _remembered(self, change: SectionChange) -> SectionChange:
        self.outcomes[owned_digest(change.before), change.artefact] = change.after
        self.outcomes[owned_digest(change.after), change.undo] = change.before
        return change

    def groups(self, section: str) -> tuple[PeerGroup, ...]:
        return self.renderer.groups(section)


OWN_AS_ALLOWED = Options(loop_remedy=LoopRemedy.ALLOW_OWN_AS)
TOP_OF_RACK: dict[str, dict[str, Any]] = {
    'tor-full-tables': {'design': 'tor-full-tables'},
    'tor-full-tables-own-as-allowed': {'design': 'tor-full-tables', 'options': OWN_AS_ALLOWED},
    'tor-full-tables-shared': {'design': 'tor-full-tables', 'options': Options(scheme=Scheme.SHARED_ADDRESS)},
    'tor-as-per-rack': {'design': 'tor-as-per-rack'},
    'tor-as-per-node': {'design': 'tor-as-per-node', 'asn_range': (64601, 64999)},
    'tor-default': {'design': 'tor-default'},
    'tor-default-shared': {'design': 'tor-default', 'options': Options(scheme=Scheme.SHARED_ADDRESS)},
}
"""The top-of-rack designs and their choices, as what they differ in from `snapshot`."""

FRR = Recorder(REAL['frr'])
RENDERERS = {'frr': FRR}


def snapshot(
    racks: int = 2,
    nodes: int = 2,
    tors: int = 2,
    families: tuple[int, ...] = (4, 6),
    design: str = 'tor-full-tables',
    **cluster: object,
) -> Snapshot:
    """Racks 1 to ``racks`` with ``nodes`` nodes and ``tors`` routers each; router ids are 10 x rack + position.

    Every router has an AS of its own, but those of a rack share one where the design wants it.
    """
    rack = {r: Rack(100 + r, f'rack-{r}') for r in range(1, racks + 1)}
    return Snapshot(
        cluster=Cluster(
            id=1,
            name='Cluster One',
            handle='c1',
            design=design,
            families=families,
            **{'asn': 64512, 'rack_label': 'netbox-calico.io/rack', **cluster},  # type: ignore[arg-type]
        ),
        nodes=tuple(
            Node(
                id=1000 * r + n,
                name=f'node-{r}-{n}',
                host=f'node-{r}-{n}',
                rack=rack[r],
                addresses=tuple(Address('eth0', ip_interface(text)) for text in address_texts(r, 10 + n, families)),
            )
            for r in rack
            for n in range(1, nodes + 1)
        ),
        routers=tuple(
            Router(
                id=10 * r + t,
                name=f'tor-{r}-{t}',
                role='tor',
                asn=65000 + 10 * r + (0 if design == 'tor-as-per-rack' else t),
                profile=PROFILE,
                management=f'192.0.2.{10 * r + t}',
                rack=rack[r],
                addresses=(
                    *(Address('vlan10', ip_interface(text)) for text in address_texts(r, t, families)),
                    *(
                        Address('vlan10', ip_interface(f'{SHARED[family]}{t}/{LENGTH[family]}'), role='anycast')
                        for family in families
                    ),
                ),
            )
            for r in rack
            for t in range(1, tors + 1)
        ),
        pools=tuple(
            pool
            for pool in (
                Pool('pool4', ip_network('10.244.0.0/16'), 26),
                Pool('pool6', ip_network('fd00:244::/48'), 122),
            )
            if pool.cidr.version in families
        ),
        service_ranges=tuple(
            service
            for service in (
                ServiceRange(ip_network('10.96.0.0/16'), 'cluster'),
                ServiceRange(ip_network('fd00:96::/112'), 'cluster'),
            )
            if service.cidr.version in families
        ),
    )


def with_external(of: Snapshot, reflectors: int = 2, asn: int = 64512) -> Snapshot:
    """Route reflectors outside, in no rack, that speak from their loopbacks; their ids are 901 and on."""
    families = of.cluster.families
    return replace(
        of,
        routers=(
            *of.routers,
            *(
                Router(
                    id=900 + number,
                    name=f'reflector-{number}',
                    role='reflector',
                    asn=asn,
                    profile=PROFILE,
                    management=f'192.0.2.{200 + number}',
                    tied_racks=tuple(rack.id for rack in {node.rack for node in of.nodes} if rack)[:1],
                    addresses=tuple(
                        Address('lo', ip_interface(LOOPBACK[family].format(number)), role='loopback')
                        for family in families
                    ),
                )
                for number in range(1, reflectors + 1)
            ),
        ),
    )


LOOPBACK = {4: '10.254.0.{}/32', 6: 'fd00:254::{}/128'}
SHARED = {4: '169.254.0.', 6: 'fd00:169:254::'}
LENGTH = {4: 29, 6: 125}


def address_texts(rack: int, host: int, families: tuple[int, ...]) -> list[str]:
    texts = {4: f'10.1.{rack}.{host}/24', 6: f'fd00:1:{rack}::{host:x}/64'}
    return [texts[family] for family in families]


def observation(of: Snapshot, **cluster: object) -> Observation:
    """A cluster in mesh and routers without anything of ours, as the snapshot would have them."""
    families = of.cluster.families
    default = Resource(
        'BGPConfiguration',
        'default',
        {
            'nodeToNodeMeshEnabled': True,
            'asNumber': 64512,
            'serviceClusterIPs': [{'cidr': str(service.cidr)} for service in of.service_ranges],
        },
    )
    pools = [
        Resource(
            'IPPool',
            pool.name,
            {'cidr': str(pool.cidr), 'blockSize': pool.block_size, 'ipipMode': pool.ipip, 'vxlanMode': pool.vxlan},
        )
        for pool in of.pools
    ]
    return Observation(
        cluster=ClusterObservation(
            nodes=tuple(
                KubernetesNode(node.name, addresses=tuple(address.value for address in node.addresses))
                for node in of.nodes
            ),
            resources=(default, *pools),
            affinities=tuple(
                affinity
                for number, node in enumerate(of.nodes)
                for affinity in (
                    Affinity(ip_network((int(ip_address('10.244.0.0')) + 64 * number, 26)), node.name),
                    Affinity(ip_network((int(ip_address('fd00:244::')) + 64 * number, 122)), node.name),
                )
                if affinity.cidr.version in families
            ),
            **{'api_group': 'projectcalico.org', 'calico_version': 'v3.32.1', **cluster},  # type: ignore[arg-type]
        ),
        routers=tuple(
            RouterObservation(
                router.id,
                router.name,
                settings={'asn': str(router.asn), **SETTINGS},
                sessions=tuple(RouterSession(SPINE[family], family, 64999, established=True) for family in families),
            )
            for router in of.routers
        ),
    )


@dataclass
class World:
    """Applies items as the API and the switches would, and refuses what they would refuse."""

    observed: Observation
    sent: list[str] = field(default_factory=list)

    def apply(self, item: Item) -> None:
        kind, _, name = item.target.partition(':')
        self.sent.append(item.target)
        if kind == 'router':
            self._router(int(name), item)
        else:
            self._object(json.loads(item.artefact))

    def run(self, plan: Plan) -> None:
        for step in plan.steps:
            for item in step.items:
                self.apply(item)

    def undo(self, plan: Plan) -> None:
        for step in reversed(plan.steps):
            for item in step.undo:
                self.apply(item)

    def _router(self, key: int, item: Item) -> None:
        [router] = [router for router in self.observed.routers if router.router == key]
        assert owned_digest(router.section) == item.before, f'{item.label} is not as the plan takes it to be'
        section = FRR.outcomes[item.before, item.artefact]
        assert owned_digest(section) == item.after
        others = tuple(other for other in self.observed.routers if other.router != key)
        self.observed = replace(self.observed, routers=(*others, replace(router, section=section)))

    def _object(self, document: dict) -> None:
        self.observed = replace(self.observed, cluster=applied(self.observed.cluster, document))

    def _cluster(self, **changes: object) -> None:
        self.observed = replace(self.observed, cluster=replace(self.observed.cluster, **changes))  # type: ignore[arg-type]
