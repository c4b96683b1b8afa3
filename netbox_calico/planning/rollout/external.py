"""To route reflectors outside the cluster: reflectors, filters, BGPPeers, proof, mesh off.

All nodes peer with them while the mesh carries the traffic, and no rack can leave it alone: what takes a node out of
the mesh would make it a reflector itself, which restarts its sessions. Reflectors that change do so one by one, as the
others carry on; what is no longer wanted goes last. Where routers carry the traffic it is the same, and racks give them
up one by one; where nodes reflect, they stop when nobody peers with them any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from netbox_calico.planning.artefact import target
from netbox_calico.planning.diff import Differences
from netbox_calico.planning.model.plan import Gate, Operation

from . import gates
from .carried import carried, reflecting
from .changed_peers import ChangedPeers
from .giving_up import GateOf, labels_off, lay_down_roles
from .leaving import whole
from .mesh import mesh_off
from .sections import add_wave, add_waves
from .situation import NO_GATE, Situation, Steps


def to_external(situation: Situation, differences: Differences) -> Steps:
    """The steps from the mesh, or from other reflectors outside; the first is the precheck."""
    intent, observed = situation.intent, situation.observation.cluster
    settle = situation.snapshot.cluster.settle_time
    steps = Steps()
    steps.add('Check both sides before anything is changed', (), gates.precheck())
    situation = whole(steps, situation)
    changed = ChangedPeers.of(situation, differences)
    sections = {key: pair for key, pair in situation.configured.items() if key not in changed.restarting}
    add_waves(steps, situation, sections, intent.sessions, (), 'Configure')
    _resources(steps, situation, differences, changed)
    if observed.mesh or len(steps.made) > 1:
        steps.add('Prove all reflected routes', (), _gate(situation, 'Reflected routes of all nodes', settle))
    if observed.mesh:
        steps.add(
            'Switch the mesh off',
            (mesh_off(situation.snapshot.cluster.handle, observed),),
            _gate(situation, 'All nodes reach each other by reflected routes', settle),
            gates.mesh('The mesh is on again'),
        )

    def by_reflectors(title: str, looked_at: Sequence[str]) -> Gate:
        return replace(_gate(situation, title), nodes=tuple(looked_at))

    labels_off(steps, situation, by_reflectors)
    _remove(steps, situation, differences, changed, by_reflectors)
    return steps


def _gate(situation: Situation, title: str, hold: int = 0, without: Iterable[int] = ()) -> Gate:
    reflectors = {session.router for session in situation.intent.sessions}.difference(without)
    if not reflectors:
        return NO_GATE
    return gates.reflected(title, paths=len(reflectors), routers=sorted(reflectors), hold=hold)


def _resources(steps: Steps, situation: Situation, differences: Differences, changed: ChangedPeers) -> None:
    filters = differences.select('BGPFilter', Operation.CREATE, Operation.UPDATE)
    if filters:
        steps.add('Write the filters that every BGPPeer names', filters)
    created = changed.others(differences.select('BGPPeer', Operation.CREATE))
    if created:
        ends = {str(session.router_address): session.router for session in situation.intent.sessions}
        names = {do.target for do, _ in created}
        wanted = [found for found in situation.intent.resources if target(found.kind, found.name) in names]
        new = {ends[found.spec['peerIP']] for found in wanted}
        steps.add(
            'Write the BGPPeers',
            created,
            _gate(situation, 'Sessions and routes of the reflectors'),
            gates.gone('No session of the cluster is left on the new reflectors (BGPPeers taken back)', sorted(new)),
        )
    restarting = {key: pair for key, pair in situation.configured.items() if key in changed.restarting}
    for number, wave in enumerate(changed.waves(situation), start=1):
        add_wave(steps, situation, restarting, wave, number, 'Change')
        steps.add(
            f'Change BGPPeers (wave {number})',
            changed.of_wave(wave),
            _gate(situation, f'Sessions and routes of all reflectors (wave {number})'),
            # Taken back, they meet a section that is still the new one.
            _gate(situation, f'Sessions and routes of the other reflectors (wave {number})', without=wave),
        )


def _remove(
    steps: Steps, situation: Situation, differences: Differences, changed: ChangedPeers, by_reflectors: GateOf
) -> None:
    peers = changed.others(differences.select('BGPPeer', Operation.DELETE))
    filters = differences.select('BGPFilter', Operation.DELETE)
    sections = situation.cleared
    if peers:
        steps.add(
            'Delete BGPPeers that are no longer wanted',
            peers,
            _gate(
                situation,
                'All reflected routes stand without the deleted BGPPeers',
                situation.snapshot.cluster.settle_time,
            ),
            carried(situation, 'All routes stand by the reflectors in the cluster')
            if reflecting(situation)
            else NO_GATE,
        )
    lay_down_roles(steps, situation, by_reflectors)
    if filters:
        steps.add('Delete filters that are no longer wanted', filters)
    if sections:
        steps.add(
            'Wait until the reflectors that are given up are idle',
            (),
            gates.gone('No session of the cluster is left on the reflectors that are given up', sections),
        )
        add_waves(steps, situation, sections, situation.former, (), 'Clear')
