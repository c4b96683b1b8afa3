"""Worlds of every design, small or large, made by hand from a few words: racks of nodes, TORs, spines, reflectors."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, count

from netbox_calico.planning.proof.world import (
    BLOCK,
    DEFAULT,
    EVERYTHING,
    SERVICE,
    Encapsulation,
    HalfSession,
    NextHop,
    Originate,
    Role,
    Software,
    Speaker,
    World,
)

PODS = frozenset({BLOCK, SERVICE})
CALICO_3_32 = 2147482623
NODES_AS = 64512
RACK_CLUSTER = 1 << 24


@dataclass(frozen=True)
class Design:
    """``down`` is what TORs tell nodes: everything, pods or default. ``clusters`` are the reflectors' IDs by name.

    ``client_of`` is with how many reflectors a client peers, by turns over all sets (``by_rack``: one set a rack).
    In a hierarchy the first ``rack_reflectors`` nodes of each rack reflect to it and are clients of the ``clusters``,
    which are ``mutual`` theirs, as Calico has it between two cluster IDs.
    ``speak_to_tors`` are the nodes that peer with TORs, where only some do, and leave the owner as the next hop.
    ``applied`` and ``routers_ready`` are the racks whose nodes and whose TORs are configured, ``None`` for all.
    """

    racks: int = 2
    nodes: int = 3
    tors: int = 2
    spines: int = 1
    mesh: bool = False
    tor: bool = False
    filtered: bool = True
    remedy: str = ''
    down: str = 'everything'
    plan: str = 'one'
    ibgp: bool = False
    local_as: bool = True
    host_default: bool = True
    host_routes: bool = True
    encapsulation: Encapsulation = Encapsulation.NONE
    tor_as: str = 'rack'
    applied: Collection[int] | None = None
    routers_ready: Collection[int] | None = None
    subnets: bool = True
    local_preference: int = CALICO_3_32
    lost_uplinks: Collection[str] = ()
    relax: bool = True
    next_hop: NextHop = NextHop.EXTERNAL
    originate: Originate = Originate.ALWAYS
    absent: Collection[str] = ()
    drained: Collection[str] = ()
    unlabelled: Collection[str] = ()
    nodes_of: Mapping[int, int] = field(default_factory=dict)
    clusters: Mapping[str, int] = field(default_factory=dict)
    client_of: int = 0
    by_rack: bool = False
    rack_reflectors: int = 0
    mutual: bool = False
    speak_to_tors: Collection[str] | None = None
    services: Mapping[str, Collection[str]] = field(default_factory=dict)

    def world(self) -> World:
        return _Builder(self).world()


def session(
    one: int,
    other: int,
    subnets: tuple[str, str],
    numbers: tuple[int, int],
    one_exports: Mapping[str, object] | None = None,
    other_exports: Mapping[str, object] | None = None,
) -> list[HalfSession]:
    """Both halves; the options are those of the half that the named end sends."""
    there = HalfSession(one, other, numbers[0], numbers[1], subnets[0], subnets[1])
    back = HalfSession(other, one, numbers[1], numbers[0], subnets[1], subnets[0])
    return [replace(there, **(one_exports or {})), replace(back, **(other_exports or {}))]  # type: ignore[arg-type]


class _Builder:
    def __init__(self, design: Design) -> None:
        self.design = design
        self.speakers: list[Speaker] = []
        self.sessions: list[HalfSession] = []
        self.router_ids = count(1)

    def world(self) -> World:
        design = self.design
        spines = [self._add(f'spine{i}', Role.SPINE, 65000, '', exit=True) for i in range(design.spines)]
        tors, nodes = [], []
        for rack in range(design.racks):
            tors.append([self._tor(rack, position) for position in range(design.tors)])
            nodes.append([self._node(rack, at, tors[-1]) for at in range(design.nodes_of.get(rack, design.nodes))])
        for rack, inside in enumerate(tors):
            for tor in inside:
                if self._present(tor) and self.speakers[tor].name not in design.lost_uplinks:
                    self._uplinks(rack, tor, spines)
        if design.tor:
            for rack, inside in enumerate(nodes):
                for node in inside:
                    self._peer(rack, node, tors[rack])
        if design.clusters and design.rack_reflectors:
            self._hierarchy(nodes)
        elif design.clusters:
            self._reflect([node for inside in nodes for node in inside])
        return World(tuple(self.speakers), tuple(self.sessions), {BLOCK: design.encapsulation})

    def _add(self, name: str, role: Role, asn: int, rack: str, **more: object) -> int:
        software = Software.BIRD if role is Role.NODE else Software.FRR
        one = Speaker(name, software, role, next(self.router_ids), asn, rack, frozenset({rack} - {''}), rack)
        self.speakers.append(replace(one, **more))  # type: ignore[arg-type]
        return len(self.speakers) - 1

    def _present(self, index: int) -> bool:
        return self.speakers[index].present

    def _tor(self, rack: int, position: int) -> int:
        design, name = self.design, f'tor{rack}-{position}'
        asn = 65001 + (rack if design.tor_as == 'rack' else rack * design.tors + position)
        present = name not in design.absent
        announced = frozenset({f'r{rack}'} if design.subnets and present else ())
        more = {'announced_subnets': announced, 'multipath_relax': design.relax, 'present': present}
        return self._add(name, Role.TOR, asn, f'r{rack}', **more)

    def _node(self, rack: int, at: int, tors: Sequence[int]) -> int:
        design, name = self.design, f'n{rack}-{at}'
        number = len(self.speakers)
        asn = {'one': NODES_AS, 'rack': 64513 + rack, 'node': 4200000000 + number}[design.plan]
        reflector = name in design.clusters
        return self._add(
            name,
            Role.NODE,
            NODES_AS if design.local_as else asn,
            f'r{rack}',
            blocks=frozenset() if name in design.drained else frozenset({BLOCK}),
            services=frozenset(kind for kind, names in design.services.items() if name in names),
            mesh=design.mesh and not reflector,
            host_routes=design.host_routes,
            kernel_default=tuple(tor for tor in tors if self._present(tor)) if design.host_default else (),
            local_preference=design.local_preference,
        )

    def _uplinks(self, rack: int, tor: int, spines: Sequence[int]) -> None:
        asn = 64513 + rack if self.design.ibgp else self.speakers[tor].asn
        for spine in spines:
            link = f'l{tor}-{spine}'
            for end in (tor, spine):
                self.speakers[end] = replace(self.speakers[end], subnets=self.speakers[end].subnets | {link})
            self.sessions += session(tor, spine, (link, link), (asn, 65000))

    def _peer(self, rack: int, node: int, tors: Sequence[int]) -> None:
        design, one = self.design, self.speakers[node]
        if one.name in design.unlabelled or not (design.applied is None or rack in design.applied):
            return
        node_as = {'one': NODES_AS, 'rack': 64513 + rack, 'node': 4200000000 + node}[design.plan]
        up: dict[str, object] = {'rejects_learned': design.filtered, 'add_paths': True, 'accepts': PODS}
        if design.speak_to_tors is not None:
            if one.name not in design.speak_to_tors:
                return
            up |= {'rejects_learned': False, 'next_hop': NextHop.KEEP}
        down: dict[str, object] = {'own_as_allowed': int(design.remedy == 'allow')}
        down |= {'sends_back': True, 'as_override': design.remedy == 'override', 'exports': EVERYTHING}
        if design.ibgp:
            down |= {'to_client': True, 'next_hop': design.next_hop, 'sends_back': False}
            up['from_client'] = True
        if design.down == 'default':
            down |= {'exports': frozenset({DEFAULT}), 'default_originate': design.originate}
        elif design.down == 'pods':
            down['exports'] = PODS
        for tor in tors:
            if self._present(tor) and (design.routers_ready is None or rack in design.routers_ready):
                tor_as = 64513 + rack if design.ibgp else self.speakers[tor].asn
                self.sessions += session(node, tor, (one.rack, one.rack), (node_as, tor_as), up, down)

    def _reflect(self, nodes: Sequence[int]) -> None:
        ids = {node: self.design.clusters.get(self.speakers[node].name) for node in nodes}
        reflectors = [node for node in nodes if ids[node] is not None]
        for one, other in combinations(reflectors, 2):
            mutual = ids[one] != ids[other]
            there = {'add_paths': True, 'to_client': mutual, 'from_client': mutual}
            there |= {'sender_cluster': ids[one], 'receiver_cluster': ids[other]}
            back = there | {'sender_cluster': ids[other], 'receiver_cluster': ids[one]}
            self.sessions += session(one, other, self._homes(one, other), (NODES_AS, NODES_AS), there, back)
        client_of = min(self.design.client_of or len(reflectors), len(reflectors))
        sets = list(combinations(reflectors, client_of))
        clients = [node for node in nodes if node not in reflectors]
        for turn, client in enumerate(clients):
            turn = int(self.speakers[client].rack[1:]) if self.design.by_rack else turn
            for reflector in sets[turn % len(sets)]:
                self._serves(reflector, client, ids[reflector] or 0)

    def _hierarchy(self, nodes: Sequence[Sequence[int]]) -> None:
        above = [node for inside in nodes for node in inside if self.speakers[node].name in self.design.clusters]
        for one, other in combinations(above, 2):
            self._peers(one, other, 1)
        for rack, inside in enumerate(nodes):
            others = [node for node in inside if node not in above]
            reflectors, clients = others[: self.design.rack_reflectors], others[self.design.rack_reflectors :]
            for one, other in combinations(reflectors, 2):
                self._peers(one, other, RACK_CLUSTER + rack)
            for reflector in reflectors:
                for spine in above:
                    self._serves(spine, reflector, 1, RACK_CLUSTER + rack, mutual=self.design.mutual)
                for client in clients:
                    self._serves(reflector, client, RACK_CLUSTER + rack)

    def _peers(self, one: int, other: int, cluster: int) -> None:
        options = {'add_paths': True, 'sender_cluster': cluster, 'receiver_cluster': cluster}
        self.sessions += session(one, other, self._homes(one, other), (NODES_AS, NODES_AS), options, options)

    def _serves(
        self, reflector: int, client: int, cluster: int, clients_own: int | None = None, *, mutual: bool = False
    ) -> None:
        there = {'add_paths': True, 'to_client': True, 'sender_cluster': cluster, 'receiver_cluster': clients_own}
        back = {'add_paths': True, 'from_client': True, 'sender_cluster': clients_own, 'receiver_cluster': cluster}
        there['from_client'] = back['to_client'] = mutual
        self.sessions += session(reflector, client, self._homes(reflector, client), (NODES_AS, NODES_AS), there, back)

    def _homes(self, one: int, other: int) -> tuple[str, str]:
        return self.speakers[one].home, self.speakers[other].home
