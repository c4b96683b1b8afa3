"""The nodes of a cluster, found by address or by selector without a look at each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Interface, IPv6Interface
from typing import NamedTuple

from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.selectors import parse

from .objects import Node
from .session import FAMILIES, Family, IPAddress


class Address(NamedTuple):
    """A BGP address of a node, and its text, which the agent compares and sorts by."""

    value: IPAddress
    text: str


class NodeIndex:
    """Nodes by name, by address (as text) and by label; what a selector matches is worked out once.

    ``addresses`` are those of each node, by family, where it has one.

    A node without an address in a family has the empty address there: a BGPPeer that says nothing about its far end
    means such nodes to the agent.
    """

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.by_name = {node.name: node for node in nodes}
        self.addresses = {node.name: _addresses(node) for node in self.by_name.values()}
        self.by_address: dict[str, list[Node]] = {}
        for node in self.by_name.values():
            found = self.addresses[node.name]
            for text in (found[family].text if family in found else '' for family in FAMILIES):
                self.by_address.setdefault(text, []).append(node)
        self._by_label: dict[str, dict[str, list[Node]]] = {}
        self._matching: dict[str, tuple[Node, ...]] = {}

    def matching(self, selector: str) -> tuple[Node, ...]:
        """The nodes that a selector matches; one that cannot be read matches none, as in the agent."""
        if selector not in self._matching:
            self._matching[selector] = tuple(self._search(selector))
        return self._matching[selector]

    def _search(self, text: str) -> Iterator[Node]:
        try:
            selector = parse(text)
        except InvalidInput:
            return
        candidates: Iterable[Node] = self.by_name.values()
        if selector.narrowed:
            label, values = selector.narrowed
            by_value = self._labelled(label)
            candidates = [node for value in sorted(values) for node in by_value.get(value, ())]
        matches = selector.matches
        yield from (node for node in candidates if matches(node.labels))

    def _labelled(self, label: str) -> Mapping[str, list[Node]]:
        if label not in self._by_label:
            by_value = self._by_label.setdefault(label, {})
            for node in self.by_name.values():
                if (value := node.labels.get(label)) is not None:
                    by_value.setdefault(value, []).append(node)
        return self._by_label[label]


def _addresses(node: Node) -> dict[Family, Address]:
    ends: dict[Family, IPv4Interface | IPv6Interface | None] = {4: node.ipv4, 6: node.ipv6}
    # An interface makes its address anew whenever it is asked for it.
    addresses = ((family, end.ip) for family, end in ends.items() if end is not None)
    return {family: Address(address, str(address)) for family, address in addresses}
