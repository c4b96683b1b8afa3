"""What stands around: other clusters, what runs on the nodes, restarts, the shape of the data centre, releases."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network

from netbox_calico.planning.model.inventory import ForeignRange, ForeignUse, Snapshot
from netbox_calico.planning.model.observation import Observation
from tests.planning.checks.troubled import (
    Sides,
    Trouble,
    both,
    knobs,
    observed,
    pool,
    present,
    resource,
    router,
    running,
    wished,
    without_node,
    without_router,
)

from .example import Example, deployed

AGENT = present('DaemonSet', 'calico-node', env={})
OPTED_OUT = 'node.kubernetes.io/exclude-from-external-load-balancers'
SERVICES = ip_network('10.96.0.0/16')


def theirs(cidr: str, service: bool = False, anycast: bool = False) -> Trouble:
    """What another cluster announces."""
    return wished(foreign_ranges=(ForeignRange('Cluster Two', ip_network(cidr), service, anycast),))


def anycast(wish: Snapshot, seen: Observation) -> Sides:
    ranges = tuple(replace(found, anycast=True) for found in wish.service_ranges)
    return replace(wish, service_ranges=ranges), seen


def advertised(names: list[str], **spec: object) -> Trouble:
    """Communities on the pool."""
    advertisements = [{'cidr': '10.244.0.0/16', 'communities': names}]
    return resource('BGPConfiguration', 'default', prefixAdvertisements=advertisements, **spec)


def environment(**variables: str) -> Trouble:
    """The variables of calico-node."""
    return present('DaemonSet', 'calico-node', env=variables)


def rolled_out(**said: object) -> Trouble:
    """What the DaemonSet says of itself."""
    return present('DaemonSet', 'calico-node', env={}, **said)


def felix(**settings: object) -> Trouble:
    return present('FelixConfiguration', 'default', **settings)


def strangers(number: int) -> Trouble:
    """So many nodes in all."""

    def many(wish: Snapshot, seen: Observation) -> Sides:
        one, there = seen.cluster.nodes[0], len(seen.cluster.nodes)
        more = tuple(replace(one, name=f'more-{key}', addresses=()) for key in range(number - there))
        return wish, replace(seen, cluster=replace(seen.cluster, nodes=(*seen.cluster.nodes, *more)))

    return many


def full_tables(wish: Snapshot, seen: Observation) -> Sides:
    return replace(wish, cluster=replace(wish.cluster, design='tor-full-tables')), seen


def typha(replicas: int) -> Trouble:
    return present('Deployment', 'calico-typha', replicas=replicas)


IPIP = pool('pool4', ipipMode='CrossSubnet')

EXAMPLES = {
    'borrowed-unknown': Example(
        present('IPAMConfiguration', 'default', strictAffinity=False),
        present('IPAMConfiguration', 'default', strictAffinity=True),
        cluster={'design': 'tor-default'},
    ),
    'pool-of-two-clusters': Example(theirs('10.244.128.0/17'), theirs('10.245.0.0/16')),
    'service-range-of-two-clusters': Example(
        theirs('10.96.0.0/12', service=True), both(anycast, theirs('10.96.0.0/12', service=True, anycast=True))
    ),
    'backend-without-bird': Example(
        environment(CALICO_NETWORKING_BACKEND='vxlan'), environment(CALICO_NETWORKING_BACKEND='bird')
    ),
    'legacy-service-addresses': Example(environment(CALICO_ADVERTISE_CLUSTER_IPS='10.96.0.0/12'), AGENT),
    'windows-nodes': Example(
        running('node-1-1', labels={'kubernetes.io/os': 'windows'}),
        running('node-1-1', labels={'kubernetes.io/os': 'linux'}),
    ),
    'upgrade-under-way': Example(rolled_out(nodes=4, updated=3), rolled_out(nodes=4, updated=4)),
    'calico-release-differs': Example(
        rolled_out(image='quay.io/calico/node:v3.31.7'), rolled_out(image='quay.io/calico/node:v3.32.0')
    ),
    'as-of-two-clusters': Example(
        wished(foreign=(ForeignUse('Cluster Two', 'c2', 11, 64512),)),
        wished(foreign=(ForeignUse('Cluster Two', 'c2', 11, 64513),)),
    ),
    'wireguard-on': Example(felix(wireguardEnabledV6=True), felix(wireguardEnabled=False)),
    'direct-server-return': Example(
        felix(bpfEnabled=True, bpfExternalServiceMode='DSR'), felix(bpfEnabled=True, bpfExternalServiceMode='Tunnel')
    ),
    'typha-missing': Example(both(strangers(50), AGENT), both(strangers(49), AGENT)),
    'typha-few': Example(
        both(strangers(601), AGENT, typha(3)), both(strangers(600), AGENT, typha(3))
    ),
    'mesh-large': Example(deployed(strangers(2001)), deployed(strangers(2000)), 'back'),
    'mesh-too-large': Example(
        deployed(full_tables),
        deployed(both()),
        cluster={'design': 'tor-as-per-rack', 'families': (4,)},
        inventory=(11, 182, 2),
    ),
    'graceful-restart-off': Example(
        knobs('tor-1-1', graceful_restart='disabled'), knobs('tor-1-1', graceful_restart='helper')
    ),
    'graceful-restarter': Example(
        knobs('tor-1-1', graceful_restart='restarter'), knobs('tor-1-1', graceful_restart='helper')
    ),
    'dead-routes-kept': Example(
        knobs('tor-1-1', graceful_restart='helper'), knobs('tor-1-1', graceful_restart='disabled')
    ),
    'router-id-unreadable': Example(knobs('tor-1-1', router_id='tor'), knobs('tor-1-1', router_id='10.9.9.9')),
    'router-id-shared': Example(
        both(*(knobs(name, router_id='192.0.2.1') for name in ('tor-1-1', 'tor-1-2'))),
        both(knobs('tor-1-1', router_id='192.0.2.1'), knobs('tor-1-2', router_id='192.0.2.2')),
    ),
    'router-as-reused': Example(
        both(router('tor-1-1', asn=65021), knobs('tor-1-1', asn='65021')),
        both(router('tor-1-1', asn=65012), knobs('tor-1-1', asn='65012')),
    ),
    'service-range-absent': Example(
        resource('BGPConfiguration', 'default', serviceClusterIPs=[{'cidr': str(SERVICES)}]),
        resource(
            'BGPConfiguration',
            'default',
            serviceClusterIPs=[],
            serviceLoadBalancerIPs=[{'cidr': str(SERVICES)}, {'cidr': 'fd00:96::/112'}],
        ),
    ),
    'community-stops-routes': Example(
        advertised(['inside'], communities=[{'name': 'inside', 'value': '65535:65281'}]), advertised(['65000:65281'])
    ),
    'service-aggregation-off': Example(
        resource('BGPConfiguration', 'default', serviceLoadBalancerAggregation='Disabled'),
        resource('BGPConfiguration', 'default', serviceLoadBalancerAggregation='Enabled'),
    ),
    'services-opted-out': Example(
        running('node-1-1', labels={OPTED_OUT: ''}),
        both(
            running('node-1-1', labels={OPTED_OUT: ''}), resource('BGPConfiguration', 'default', serviceClusterIPs=[])
        ),
    ),
    'ipip-by-felix': Example(
        both(IPIP, observed(calico_version='v3.33.0')),
        both(IPIP, observed(calico_version='v3.33.0'), felix(programClusterRoutes='Disabled')),
    ),
    'racks-differ-in-routers': Example(
        without_router('tor-1-3'), both(*(without_router(f'tor-{rack}-3') for rack in (1, 2))), inventory=(2, 2, 3)
    ),
    'racks-differ-in-nodes': Example(
        both(*(without_node(f'node-1-{n}', netbox=True, kubernetes=True) for n in (2, 3, 4))),
        both(*(without_node(f'node-1-{n}', netbox=True, kubernetes=True) for n in (3, 4))),
        inventory=(2, 4, 2),
    ),
}  # fmt: skip
