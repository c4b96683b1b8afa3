"""Routes as the routers have them: from each node its own blocks, in each table all, nothing unexplained."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from netbox_calico.planning.model.intent import Session
from netbox_calico.planning.model.inventory import Network
from netbox_calico.planning.model.observation import IPAddress, RouterObservation, RouterRoute

from .facts import Facts, within
from .look import Look
from .words import named


def undisturbed(routers: Iterable[int], look: Look) -> Iterator[str]:
    """The mesh is left only while no router waits for a confirmation or would forget its section when it restarts."""
    seen = {router.router: router for router in look.routers}
    for key in routers:
        router = seen.get(key)
        if router is not None and not router.error:
            if router.pending_commit:
                yield f'{router.name}: a commit timer is running'
            if not router.saved:
                yield f'{router.name}: its running configuration is not saved'


def routes_at_routers(facts: Facts, nodes: Iterable[str], routers: Sequence[int], look: Look) -> Iterator[str]:
    """What is missing or too much on these routers; ``nodes`` are those whose sessions have to be up."""
    concerned = frozenset(nodes)
    owners = _owners(facts)
    seen = {router.router: router for router in look.routers}
    sessions: dict[int, list[Session]] = defaultdict(list)
    for session in facts.plan.sessions:
        sessions[session.router].append(session)
    for key in routers:
        router = seen.get(key)
        if router is None or router.error:
            yield f'{router.name if router else f"router {key}"}: cannot be read{f": {router.error}" if router else ""}'
            continue
        own = [session for session in sessions[key] if session.node in concerned]
        yield from not_established(router, own)
        table = look.tables.get(key)
        if table is None:
            yield f'{router.name}: its BGP tables cannot be read'
        else:
            yield from _table(facts, router, own, {session.family for session in sessions[key]}, owners, table)


def not_established(router: RouterObservation, sessions: Iterable[Session]) -> Iterator[str]:
    states = {state.neighbor: state for state in router.sessions}
    for session in sessions:
        state = states.get(session.node_address)
        if state is None:
            yield f'{router.name}: no neighbour {session.node_address} (IPv{session.family}, node {session.node})'
        elif not state.established:
            yield (
                f'{router.name}: IPv{session.family} session with node {session.node} ({session.node_address}) is not '
                'Established'
            )


def _table(
    facts: Facts,
    router: RouterObservation,
    own: Sequence[Session],
    families: Iterable[int],
    owners: Mapping[int, Mapping[Network, str]],
    table: Iterable[RouterRoute],
) -> Iterator[str]:
    received: dict[IPAddress, set[Network]] = defaultdict(set)
    used: set[Network] = set()
    for route in table:
        if route.neighbor is not None:
            received[route.neighbor].add(route.prefix)
        if route.used:
            used.add(route.prefix)
    for session in own:
        blocks = facts.blocks_of(session.node, session.family)
        missing = [block for block in blocks if block not in received[session.node_address]]
        if missing:
            yield f'{router.name}: node {session.node} does not announce its IPv{session.family} {named(missing)}'
        strange = [prefix for prefix in received[session.node_address] if not explained(facts, session.node, prefix)]
        if strange:
            yield f'{router.name}: node {session.node} announces what is not its own: {named(strange)}'
    for family in sorted(families):
        lost: dict[str, list[Network]] = defaultdict(list)
        for block in owners[family].keys() - used:
            lost[owners[family][block]].append(block)
        for node, missed in sorted(lost.items()):
            yield f'{router.name}: no route to IPv{family} {named(missed)} of node {node}'


def _owners(facts: Facts) -> Mapping[int, Mapping[Network, str]]:
    """The blocks that every router must have a route to, by family, and whose they are."""
    found: dict[int, dict[Network, str]] = {4: {}, 6: {}}
    for node in facts.moved():
        for family in facts.families(node):
            found[family].update(dict.fromkeys(facts.blocks_of(node, family), node))
    return found


def explained(facts: Facts, node: str, prefix: Network) -> bool:
    """Whether a node may announce a prefix: a block that it holds, a borrowed address, a service range or address."""
    return (
        prefix in facts.claimed.get(node, frozenset())
        or (prefix.prefixlen == prefix.max_prefixlen and within(prefix, facts.pools))
        or within(prefix, facts.services)
    )
