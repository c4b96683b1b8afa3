"""Routers: whether they answer, what runs on them, what they share, and their profiles."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

from netbox_calico.planning.model.inventory import Deployed, ForeignUse, Snapshot
from netbox_calico.planning.model.observation import Observation, RouterSession
from tests.planning.checks.troubled import (
    Sides,
    Trouble,
    both,
    device,
    knobs,
    profile,
    router,
    wished,
    without_router,
)

from .example import Example, deployed

SESSION = RouterSession(ip_address('10.1.1.11'), 4, 64512, established=True)
STRANGER = replace(SESSION, neighbor=ip_address('10.7.7.11'), group='CAL-C1-4')


def unread(wish: Snapshot, seen: Observation) -> Sides:
    return wish, replace(seen, routers=tuple(r for r in seen.routers if r.name != 'tor-1-1'))


def sent(name: str, after: str = '') -> Trouble:
    """Something of ours was sent to the router before."""
    return lambda wish, seen: (
        replace(wish, deployed=tuple(Deployed(f'router:{r.id}', '', after) for r in wish.routers if r.name == name)),
        seen,
    )


def with_password(reference: str) -> Trouble:
    """The section of router 1 of rack 1 has a password."""

    def trouble(wish: Snapshot, seen: Observation) -> Sides:
        line = f'\n neighbor CAL-C1-4 password ${{secret:{reference}}}\n neighbor CAL-C1-4 timers'
        routers = (
            replace(found, section=found.section.replace('\n neighbor CAL-C1-4 timers', line))
            if found.name == 'tor-1-1'
            else found
            for found in seen.routers
        )
        return wish, replace(seen, routers=tuple(routers))

    return trouble


def named(name: str) -> Trouble:
    """Node 1 of rack 1 under another name."""
    return lambda wish, seen: (
        replace(wish, nodes=tuple(replace(n, name=name) if n.name == 'node-1-1' else n for n in wish.nodes)),
        replace(
            seen,
            cluster=replace(
                seen.cluster,
                nodes=tuple(replace(n, name=name) if n.name == 'node-1-1' else n for n in seen.cluster.nodes),
            ),
        ),
    )


EXAMPLES = {
    'neighbor-claimed': Example(
        device('tor-1-1', sessions=(replace(SESSION, group='CAL-C2-4'),)),
        device('tor-1-1', sessions=(replace(SESSION, group='CAL-C1-4'),)),
    ),
    'handle-taken': Example(
        device('tor-1-1', sessions=(STRANGER,)),
        device('tor-1-1', sessions=(STRANGER, replace(SESSION, group='CAL-C1-4'))),
    ),
    'hands-off': Example(router('tor-1-1', hands_off=True), deployed(router('tor-1-1', hands_off=True))),
    'section-vanished': Example(
        deployed(both(sent('tor-1-1', 'digest'), device('tor-1-1', section=''))), deployed(sent('tor-1-1', 'digest'))
    ),
    'password-unknown': Example(deployed(with_password('unknown')), deployed(with_password('bgp/tor-1-1'))),
    'router-without-as': Example(router('tor-1-1', asn=None), without_router('tor-1-1')),
    'as-too-large': Example(router('tor-1-1', asn=2147483648), router('tor-1-1', asn=2147483647)),
    'router-as-of-nodes': Example(router('tor-1-1', asn=64512), router('tor-1-1', asn=64513)),
    'router-without-bgp': Example(knobs('tor-1-1', asn=None), device('tor-1-1', settings={}, error='No route.')),
    'router-as-differs': Example(knobs('tor-1-1', asn='65999'), knobs('tor-1-1', asn='65011')),
    'router-without-profile': Example(
        router('tor-1-1', profile=None), router('tor-1-1', profile=None, addresses=(), rack=None)
    ),
    'template-set-unknown': Example(profile(template_set='os9'), profile(template_set='frr')),
    'router-not-read': Example(unread, without_router('tor-1-1')),
    'router-left-behind': Example(
        deployed(device('tor-1-1', error='No route to host.')), deployed(device('tor-1-1', saved=False)), 'back'
    ),
    'drained-router-away': Example(
        deployed(
            both(router('tor-1-1', drained=True), sent('tor-1-1'), device('tor-1-1', section='', error='No route.'))
        ),
        deployed(both(router('tor-1-1', drained=True), sent('tor-1-1'), device('tor-1-1', section=''))),
    ),
    'router-forgotten': Example(
        deployed(without_router('tor-1-2')), deployed(router('tor-1-2', addresses=(), rack=None))
    ),
    'router-unreachable': Example(
        device('tor-1-1', error='No route to host.'),
        both(router('tor-1-1', addresses=(), rack=None), device('tor-1-1', error='No route to host.')),
    ),
    'router-pending-commit': Example(
        device('tor-1-1', pending_commit=True), device('tor-1-1', pending_commit=True, error='No route to host.')
    ),
    'router-unsaved': Example(device('tor-1-1', saved=False), device('tor-1-1', saved=True)),
    'router-shared': Example(
        wished(foreign=(ForeignUse('Cluster Two', 'c2', 11),)), wished(foreign=(ForeignUse('Cluster Two', 'c2', 99),))
    ),
    'additional-paths-off': Example(knobs('tor-1-1', addpath_rx='no'), knobs('tor-1-1', addpath_rx='on')),
    'additional-paths-unknown': Example(knobs('tor-1-1', addpath_rx=None), knobs('tor-1-1', addpath_rx='no')),
    'multipath-off': Example(knobs('tor-1-1', maximum_paths_4='1'), knobs('tor-1-1', maximum_paths_4=None)),
    'multipath-relax-off': Example(knobs('tor-1-1', multipath_relax='no'), knobs('tor-1-1', multipath_relax=None)),
    'stale-path-time-short': Example(knobs('tor-1-1', stale_path_time='299'), knobs('tor-1-1', stale_path_time='300')),
    'host-key-unverified': Example(profile(verify_host=False), profile(verify_host=True)),
    'prefix-limit-low': Example(profile(max_prefixes=1), profile(max_prefixes=4)),
    'hold-time-invalid': Example(profile(hold_time=2, keepalive=0), profile(hold_time=3, keepalive=1)),
    'hold-time-long': Example(profile(hold_time=91), profile(hold_time=90)),
    'hold-time-short': Example(profile(hold_time=8, keepalive=2), profile(hold_time=9, keepalive=3)),
    'keepalive-long': Example(profile(hold_time=30, keepalive=11), profile(hold_time=30, keepalive=10)),
    'section-refused': Example(named('a ! b'), named('a-b')),
}
