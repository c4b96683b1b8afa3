"""Mesh, router sections, the precheck and the end of sessions: what each gate waits for, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from netbox_calico.planning.gates import Look, evaluate
from netbox_calico.planning.model.observation import Resource
from tests.planning.gates.troubles import ON, at, cluster, node, router, routes, sessions, waiting
from tests.planning.network import UPLINK


@pytest.mark.parametrize(
    ('change', 'words'),
    [
        (
            node('node-1-1', lambda status: replace(status, peers=())),
            'node node-1-1: IPv4 mesh session with node node-2-1 (10.1.2.11) is not Established',
        ),
        (
            routes('node-2-1', lambda route: replace(route, fib=False) if route.source == 'NodeMesh' else route),
            'node node-2-1: no route by the mesh to IPv4 10.244.0.64/26 of node node-1-2',
        ),
        (
            routes('node-2-1', lambda route: replace(route, interface='unreachable')),
            'node node-2-1: no route by the mesh to IPv4 10.244.0.64/26 of node node-1-2',
        ),
    ],
)
def test_mesh(change: Callable[[Look], Look], words: str) -> None:
    assert words in waiting(ON, change, 'back')


def test_the_mesh_must_be_on() -> None:
    def off(seen: Look) -> Look:
        rest = tuple(found for found in seen.cluster.resources if found.kind != 'BGPConfiguration')
        default = Resource('BGPConfiguration', 'default', {'nodeToNodeMeshEnabled': False})
        return replace(seen, cluster=replace(seen.cluster, resources=(*rest, default)))

    assert 'BGPConfiguration default: the mesh is off' in waiting(ON, off, 'back')


WAVE = 'Configure tor-1-1'


def uplink(**changes: object) -> Callable[[Look], Look]:
    return lambda seen: replace(
        seen,
        routers=tuple(
            replace(
                found,
                sessions=tuple(
                    replace(session, **changes) if session.neighbor == UPLINK else session for session in found.sessions
                ),
            )
            for found in seen.routers
        ),
    )


@pytest.mark.parametrize(
    ('change', 'words'),
    [
        (router(11, section='router bgp 1'), 'tor-1-1: our section does not read back as planned'),
        (router(11, error='timed out.'), 'tor-1-1: cannot be read: timed out.'),
        (uplink(established=False), 'tor-1-1: the IPv4 session with 192.0.2.254, which is not ours, is down'),
        (router(11, sessions=()), 'tor-1-1: the IPv4 session with 192.0.2.254, which is not ours, is down'),
        (
            uplink(received=80),
            'tor-1-1: 192.0.2.254, which is not ours, sends 80 IPv4 prefixes; it was 100',
        ),
    ],
)
def test_routers(change: Callable[[Look], Look], words: str) -> None:
    assert waiting(WAVE, change) == (words,)


def test_a_few_prefixes_of_others_may_go() -> None:
    assert waiting(WAVE, uplink(received=95)) == ()


def test_a_neighbor_that_was_down_before_is_nobodys_fault() -> None:
    def down(seen: Look) -> Look:
        before = tuple(
            replace(found, sessions=tuple(replace(s, established=False) for s in found.sessions))
            for found in seen.baseline
        )
        return uplink(established=False)(replace(seen, baseline=before))

    assert waiting(WAVE, down) == ()


CHECK = 'Check both sides before anything is changed'


@pytest.mark.parametrize(
    ('change', 'words'),
    [
        (router(11, error='refused.'), 'tor-1-1: cannot be read: refused.'),
        (
            router(11, pending_commit=True),
            'tor-1-1: somebody has a commit timer running; confirm or let it run out',
        ),
        (
            router(11, saved=False),
            'tor-1-1: its running configuration is not saved; save it, or take the unsaved change back',
        ),
        (
            router(11, section='router bgp 1'),
            'tor-1-1: our section is neither as it was when the plan was made nor as planned; plan again',
        ),
        (cluster(datastore_ready=False), 'Calico: the datastore is not ready (a migration is running)'),
    ],
)
def test_precheck(change: Callable[[Look], Look], words: str) -> None:
    assert waiting(CHECK, change) == (words,)


def test_gone() -> None:
    gate, plan, seen = at('Delete the BGPPeers', 'back')
    up = sessions(12, established=True)(seen)
    assert evaluate(gate, plan, up).waiting == ('tor-1-2: IPv4 session with 10.1.1.12 is still Established',)
