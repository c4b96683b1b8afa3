"""Sessions between nodes, and the routes that reflectors pass on by them, in a data centre in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from netbox_calico.planning.between import expanded
from netbox_calico.planning.expansion import Session
from netbox_calico.planning.model.observation import ClusterObservation, IPAddress


class Reflection:
    """Up is what both ends are configured for. ``learned`` has the peers that a node hears an owner's routes of."""

    def __init__(self, cluster: ClusterObservation) -> None:
        self.holders = {end.ip: node.name for node in cluster.nodes for end in node.addresses}
        made = {
            (name, session.neighbor): session
            for name, sessions in expanded(cluster).sessions.items()
            for session in sessions
            if session.neighbor in self.holders
        }
        self.configured: dict[str, dict[IPAddress, Session]] = defaultdict(dict)
        for (name, neighbor), session in made.items():
            self.configured[name][neighbor] = session
        self.up = {
            (name, neighbor): session
            for (name, neighbor), session in made.items()
            if (self.holders[neighbor], session.source) in made
        }

    def peers(self, node: str) -> Iterator[tuple[IPAddress, bool]]:
        """The neighbours of a node, and whether the session is up."""
        for neighbor in self.configured[node]:
            yield neighbor, (node, neighbor) in self.up

    def learned(self, owner: str, family: int) -> dict[str, set[IPAddress]]:
        """Reflectors pass on what clients say to all, and to clients what all say; some tell only of themselves."""
        found: dict[str, set[IPAddress]] = defaultdict(set)
        work: list[tuple[str, IPAddress | None]] = [(owner, None)]
        while work:
            speaker, source = work.pop(0)
            for neighbor, session in self.configured[speaker].items():
                if session.family != family or (speaker, neighbor) not in self.up:
                    continue
                other, own = self.holders[neighbor], session.source
                passes = source is None or (
                    not session.export_filters and (session.rr_client or self.configured[speaker][source].rr_client)
                )
                if passes and own is not None and other != owner and own not in found[other]:
                    found[other].add(own)
                    work.append((other, own))
        return found
