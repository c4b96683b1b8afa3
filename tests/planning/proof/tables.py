"""The route table of every speaker, as it would read: what the proof computes, to be held beside the real ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_network

from netbox_calico.planning.model.inventory import Network
from netbox_calico.planning.model.observation import Affinity
from netbox_calico.planning.proof.decision import Ages
from netbox_calico.planning.proof.ground import Ground, node_key
from netbox_calico.planning.proof.prefix import Prefix, service
from netbox_calico.planning.proof.routing import Routing
from netbox_calico.planning.proof.world import DEFAULT, World


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One path that was learned. ``neighbor`` and ``next_hop`` are names of speakers."""

    neighbor: str
    next_hop: str
    as_path: tuple[int, ...]
    local_preference: int


EVERYWHERE: Mapping[int, Network] = {4: ip_network('0.0.0.0/0'), 6: ip_network('::/0')}

type Tables = Mapping[str, Mapping[Network, frozenset[Entry]]]
"""By speaker and prefix, all paths but its own; absent where it has none."""


def tables(
    ground: Ground, world: World, affinities: Iterable[Affinity], ages: Mapping[int, Ages] | None = None
) -> Tables:
    """The tables for the default, and all blocks and service ranges of the ground's family. Raises ``Unsettled``.

    Who sends several nothing but its best path sends one of several equal ones: by ``ages``, or by router IDs.
    """
    routing = Routing(world, ages=ages)
    found: dict[str, dict[Network, frozenset[Entry]]] = defaultdict(dict)
    prefixes = [(kind.networks[0], service(world, name)) for name, kind in ground.kinds.services.items()]
    exits = tuple(index for index, speaker in enumerate(world.speakers) if speaker.exit)
    prefixes.append((EVERYWHERE[ground.family], Prefix(DEFAULT, exits)))
    for affinity in affinities:
        owner = ground.index.get(node_key(affinity.node))
        kind = ground.kinds.of_block(affinity.cidr)
        if owner is not None and kind is not None:
            prefixes.append((affinity.cidr, Prefix(kind, (owner,), owner)))
    for network, prefix in prefixes:
        for index, ranked in enumerate(routing.table(prefix)):
            entries = frozenset(
                Entry(
                    world.speakers[routing.sessions.half[path.session].sender].name,
                    world.speakers[path.next_hop[0]].name,
                    path.as_path,
                    path.local_preference,
                )
                for path in ranked
                if path.session >= 0 and path.next_hop is not None
            )
            if entries:
                found[world.speakers[index].name][network] = entries
    return found
