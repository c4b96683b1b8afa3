"""To top of rack: routers, filters, BGPPeers, labels, proof; racks leave the mesh one by one; mesh off.

Only what is missing becomes a step, so that a node which joins later makes a small plan. What is ours and no longer
wanted goes last, once everything else is proven. So do reflectors, where they carried the traffic until then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from netbox_calico.planning.diff import Differences
from netbox_calico.planning.model.plan import Gate, Operation

from . import gates
from .bringing import add_changed_peers, add_created_peers, add_filters, add_labels, add_proof, gate_of
from .carried import carried
from .changed_peers import NONE, ChangedPeers
from .draining import Draining
from .giving_up import lay_down_roles
from .leaving import annotations_off, leave_mesh, rejoined, with_mesh
from .racks import Racks
from .sections import add_waves
from .situation import NO_GATE, Pair, Situation, Steps
from .traffic import Traffic
from .turns import add_back, add_in, add_out, add_turns


def forward(situation: Situation, differences: Differences, draining: Draining) -> Steps:
    """The steps from what is observed to a design without mesh; the first is the precheck.

    Where sessions restart under traffic, the other routers of the rack carry it meanwhile, or else the mesh.
    """
    intent = situation.intent
    steps = Steps(intent.tables)
    steps.add('Check both sides before anything is changed', (), gates.precheck())
    changed = ChangedPeers.of(situation, differences)
    deleted = changed.others(differences.select('BGPPeer', Operation.DELETE))
    traffic = Traffic.of(situation, differences, changed, draining)
    if changed.restarting and not traffic.in_turn:
        situation = with_mesh(steps, situation)
        traffic = replace(traffic, newcomers=frozenset(), busy=frozenset(), last=frozenset())
    steps.idle = (traffic.newcomers & changed.routers) | (traffic.idle if traffic.in_turn else frozenset())
    if not situation.rack_by_rack:
        situation = rejoined(steps, situation)
    observed = situation.observation.cluster
    racks = Racks.of(situation)
    sections = {key: pair for key, pair in situation.configured.items() if key not in changed.restarting}
    sections = {key: pair for key, pair in sections.items() if key not in traffic.newcomers}
    sections |= add_in(steps, situation, traffic.newcomers, traffic.busy, draining)
    add_waves(steps, situation, sections, intent.sessions, intent.racks, 'Configure')
    add_filters(steps, differences)
    add_created_peers(steps, situation, changed.others(differences.select('BGPPeer', Operation.CREATE)), racks)
    in_turn = changed.only(changed.restarting) if traffic.in_turn else NONE
    add_changed_peers(steps, situation, changed.without(in_turn).without(traffic.late), racks)
    add_labels(steps, situation, racks)
    leaving = observed.mesh and bool(intent.racks)
    if leaving or len(steps.made) > 1:
        add_proof(steps, situation, racks, leaving)
    if leaving:
        leave_mesh(steps, situation, racks)
    annotations_off(steps, situation, intent.racks)
    add_back(steps, situation, traffic.newcomers - traffic.last, draining)
    add_turns(steps, situation, in_turn, draining, gate_of(racks))
    cleared = {**situation.cleared, **add_out(steps, situation, traffic.leavers, draining, traffic.last)}
    add_changed_peers(steps, situation, traffic.late, racks)
    add_back(steps, situation, traffic.last, draining)
    _remove(steps, situation, deleted, differences, cleared)
    return steps


def _remove(
    steps: Steps,
    situation: Situation,
    peers: Sequence[Pair],
    differences: Differences,
    sections: Mapping[int, Pair],
) -> None:
    """BGPPeers, filters and sections that nothing wants any more, in this order."""
    cluster, racks = situation.snapshot.cluster, situation.intent.racks
    filters = differences.select('BGPFilter', Operation.DELETE)
    if peers:
        steps.add(
            'Delete BGPPeers that are no longer wanted',
            peers,
            gates.all_routes('All routes stand without the deleted BGPPeers', racks, cluster.settle_time),
            carried(situation, 'All routes stand by the reflectors') if situation.beside_reflectors else NO_GATE,
        )

    def by_routers(title: str, looked_at: Sequence[str]) -> Gate:
        return replace(gates.all_routes(title, racks, cluster.settle_time), nodes=tuple(looked_at))

    lay_down_roles(steps, situation, by_routers)
    if filters:
        steps.add('Delete filters that are no longer wanted', filters)
    if sections:
        steps.add(
            'Wait until the routers that are given up are idle',
            (),
            gates.gone('No session of the cluster is left on the routers that are given up', sections),
        )
        add_waves(steps, situation, sections, (), racks, 'Clear')
