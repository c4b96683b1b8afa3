"""Renders the section of one cluster on one FRR router (8.4 and later)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.model.intent import Neighbor, PeerGroup, RouterSection
from netbox_calico.planning.model.inventory import Network
from netbox_calico.planning.model.observation import IPAddress
from netbox_calico.render.environment import ENVIRONMENT

from .drained import heard, told
from .owned import bears
from .parts import NOTHING, Written
from .tree import said

# vtysh splits a line at white space and takes ! and # for comments, ? for a call for help.
_DESCRIPTION = re.compile(r'[!-~]+( [!-~]+)*')
_NOT_IN_DESCRIPTION = frozenset('!#?"')
_PASSWORD = re.compile(r'[A-Za-z0-9._-]+/[A-Za-z0-9._-]+')


def written(section: RouterSection) -> tuple[Written, Written, Written]:
    """The section's lists, its route-maps and what is in BGP; all empty when it has no groups.

    Raises ``InvalidInput`` for what FRR would refuse or what could not be told apart from other people's configuration.
    """
    if not section.groups:
        return NOTHING, NOTHING, NOTHING
    for group in section.groups:
        _check(section, group)
    lists = {
        name: (group.family, prefixes)
        for group in section.groups
        for name, prefixes in (
            (group.import_list, group.permitted),
            (group.export_list, _announced(group)),
            *([(group.next_hop_list, group.next_hops)] if group.next_hops else []),
        )
    }
    maps = {
        name: (group.family, *body)
        for group in section.groups
        for name, body in (
            (
                group.import_map,
                (
                    group.import_list,
                    group.local_preference,
                    None,
                    heard(group.no_export, group.drained),
                    group.next_hop_list if group.next_hops else '',
                ),
            ),
            (group.export_map, (group.export_list, None, group.next_hop, told(group.no_advertise, group.drained), '')),
        )
    }
    # What of a group stands in the others alone makes no other text of BGP.
    bare = (replace(group, permitted=(), announced=(), drained=False) for group in section.groups)
    return (
        _lists(tuple((name, *rest) for name, rest in lists.items())),
        _maps(tuple((name, *rest) for name, rest in maps.items())),
        _bgp(section.asn, tuple(bare)),
    )


@lru_cache(maxsize=256)
def _lists(lists: tuple[tuple[object, ...], ...]) -> Written:
    """Routers of one cluster have the same."""
    return Written.of(said(ENVIRONMENT.get_template('frr/lists.j2').render(lists=lists)))


@lru_cache(maxsize=1024)
def _maps(maps: tuple[tuple[object, ...], ...]) -> Written:
    """And these, but for where a router has a next hop of its own or is drained."""
    return Written.of(said(ENVIRONMENT.get_template('frr/maps.j2').render(maps=maps)))


@lru_cache(maxsize=1024)
def _bgp(asn: int, groups: tuple[PeerGroup, ...]) -> Written:
    """A router has the same in all stages of a default route, and drained."""
    paths = said(ENVIRONMENT.get_template('frr/bgp.j2').render(asn=asn, groups=groups))
    instance = f'router bgp {asn}'
    members = (line for group in groups for line in _members(group.name, group.neighbors))
    return Written.of([*paths, *((instance, line) for line in members)])


@lru_cache(maxsize=1024)
def _members(group: str, neighbors: tuple[Neighbor, ...]) -> tuple[str, ...]:
    """Routers of one rack have the same."""
    text = ENVIRONMENT.get_template('frr/neighbors.j2').render(group=group, neighbors=neighbors)
    return tuple(text.splitlines())


def _announced(group: PeerGroup) -> tuple[Network, ...]:
    return group.announced or group.permitted


def _check(section: RouterSection, group: PeerGroup) -> None:
    where = f'Group {group.name} on {section.name}'
    names = (group.name, group.import_map, group.export_map, group.import_list, group.export_list)
    for name in (*names, *([group.next_hop_list] if group.next_hops else [])):
        if not bears(name, section.handle) or not name.isascii() or ' ' in name:
            raise InvalidInput(f'{where}: the name {name!r} does not bear the mark of cluster {section.handle!r}.')
    if not group.permitted:
        raise InvalidInput(
            f'{where}: nothing is permitted; give the cluster a pool or a service range of IPv{group.family}.'
        )
    if {value.version for value in _values(group)} != {group.family}:
        raise InvalidInput(f'{where}: every prefix, address and neighbour must be of IPv{group.family}.')
    _check_kind_of_session(where, section.asn, group)
    if group.password and not _PASSWORD.fullmatch(group.password):
        raise InvalidInput(
            f'{where}: the password needs the name of a Secret and of a key in it; name the Secret on the cluster.'
        )
    for neighbor in group.neighbors:
        words = neighbor.description
        if words and (not _DESCRIPTION.fullmatch(words) or _NOT_IN_DESCRIPTION & set(words)):
            raise InvalidInput(
                f'{where}: the description {words!r} of {neighbor.address} cannot be sent to FRR; use plain words.'
            )


def _values(group: PeerGroup) -> Iterator[Network | IPAddress]:
    """Everything in a group that is of a family."""
    yield from (
        *group.permitted,
        *group.announced,
        *group.next_hops,
        *(neighbor.address for neighbor in group.neighbors),
    )
    yield from (value for value in (group.next_hop, group.update_source) if value is not None)


def _check_kind_of_session(where: str, asn: int, group: PeerGroup) -> None:
    """FRR takes some lines on eBGP alone, others on iBGP alone."""
    if group.remote_as == asn:
        if group.as_override:
            raise InvalidInput(
                f"{where}: as-override needs a node AS other than the router's own {asn} (FRR refuses it on iBGP)."
            )
        if group.local_as is not None or not group.connected_check:
            raise InvalidInput(
                f"{where}: another AS towards the nodes needs eBGP: a node AS other than the router's own {asn}."
            )
    elif group.route_reflector_client:
        raise InvalidInput(
            f'{where}: a router reflects to nodes of its own AS {asn} only, and these are in AS '
            f'{group.remote_as or "numbers of their own"}.'
        )
    if group.local_as is not None and group.local_as in (asn, group.remote_as):
        raise InvalidInput(
            f"{where}: the AS that nodes see, {group.local_as}, must be neither the router's own nor theirs."
        )
