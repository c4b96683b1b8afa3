"""What brings the routers' routes to the nodes: filters, BGPPeers, labels, and the proof that they have come."""

from __future__ import annotations

from collections.abc import Sequence

from netbox_calico.planning.diff import Differences
from netbox_calico.planning.model.plan import Gate, Operation

from . import gates
from .changed_peers import ChangedPeers
from .nodes import label_pairs
from .racks import Racks
from .sections import add_wave
from .situation import NO_GATE, Pair, Situation, Steps


def add_filters(steps: Steps, differences: Differences) -> None:
    """Before the BGPPeers: one that names a missing filter runs unfiltered."""
    pairs = differences.select('BGPFilter', Operation.CREATE, Operation.UPDATE)
    if pairs:
        steps.add('Write the filters that every BGPPeer names', pairs)


def add_created_peers(steps: Steps, situation: Situation, created: Sequence[Pair], racks: Racks) -> None:
    """BGPPeers that nobody is selected by yet, or that come beside others."""
    if not created:
        return
    key = situation.snapshot.cluster.rack_label
    bare = not any(node.labels.get(key) for node in situation.observation.cluster.nodes)
    routers = sorted({session.router for session in situation.intent.sessions})
    steps.add(
        'Write the BGPPeers',
        created,
        gate_of(racks),
        gates.gone('No session of the cluster is left on the routers (BGPPeers taken back)', routers)
        if bare
        else NO_GATE,
    )


def add_changed_peers(steps: Steps, situation: Situation, changed: ChangedPeers, racks: Racks) -> None:
    """Router by router where sessions may restart: its section where that goes with it, then its BGPPeers.

    BGPPeers that are taken back meet a router that is still the new one: the mesh has to carry its nodes.
    """
    sections = {key: pair for key, pair in situation.configured.items() if key in changed.restarting}
    for number, wave in enumerate(changed.waves(situation), start=1):
        add_wave(steps, situation, sections, wave, number, 'Change')
        restarting = not changed.restarting.isdisjoint(wave)
        undone = gates.mesh('All nodes reach each other by the mesh') if restarting else gate_of(racks)
        steps.idle = steps.idle.difference(wave)
        steps.add(f'Change BGPPeers (wave {number})', changed.of_wave(wave), gate_of(racks), undone)


def add_labels(steps: Steps, situation: Situation, racks: Racks) -> None:
    """Rack by rack, each behind a gate of its own."""
    cluster, observed = situation.snapshot.cluster, situation.observation.cluster
    for rack, nodes in racks.members.items():
        pairs = label_pairs(nodes, cluster.rack_label, situation.intent.rack_of)
        if pairs:
            steps.add(
                f'Label the nodes of rack {rack}',
                pairs,
                gates.rack_routes(rack, racks.left),
                gates.mesh(f'Rack {rack} lives by the mesh again', (rack,)) if observed.mesh else NO_GATE,
            )


def add_proof(steps: Steps, situation: Situation, racks: Racks, leaving: bool) -> None:
    """At the end of a stage also what the way back has to find here before it goes on."""
    intent, hold = situation.intent, situation.snapshot.cluster.settle_time
    gate = gates.all_routes(f'Sessions and routes of all racks{situation.note}', racks.left, hold)
    steps.add(
        f'Prove all routes{" before the mesh is left" if leaving else ""}{situation.note}',
        (),
        gate,
        gate if intent.stage and not leaving else NO_GATE,
    )
    if intent.default_route and intent.tables:
        default = gates.default_routes(f'Default routes of all racks{situation.note}', hold)
        steps.add(f'Prove all default routes{situation.note}', (), default, default)


def gate_of(racks: Racks) -> Gate:
    """The routes of those racks that live by their routers already."""
    return gates.racks_routes(racks.labelled, racks.left) if racks.labelled else NO_GATE
