"""Names of what we put into a cluster and onto routers: deterministic, valid, never two things of one name."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from ipaddress import IPv4Address

from .model.inventory import Rack

OWNER_LABEL = 'netbox-calico.io/cluster'
"""The label of every object that is ours; its value is the cluster's handle."""

SAVED_MESH = 'netbox-calico.io/saved-mesh'
"""Annotation on BGPConfiguration/default: the mesh settings that switching the mesh off had to clear, as JSON."""

REFLECTOR_ANNOTATION = 'projectcalico.org/RouteReflectorClusterID'
"""Calico's annotation that takes a node out of the mesh."""

REFLECTOR_LABEL = 'netbox-calico.io/route-reflector'
"""The label of nodes that we made route reflectors; its value tells which of them reflect together."""

CLIENT_LABEL = 'netbox-calico.io/reflected-by'
"""The label of nodes whose route reflectors are not all that there are; its value tells which."""

CHANGING_LABEL = 'netbox-calico.io/changing-reflectors'
"""The label of nodes that peer with the reflectors of new nodes too, while they change their own."""

ROLE_LABELS = (REFLECTOR_LABEL, CLIENT_LABEL, CHANGING_LABEL)
"""Our labels that tell roles. They go by merge patch, so that the apply of a rack label leaves them alone."""

NAME_MAX = 253
FILTER_NAME_MAX = 45
LABEL_VALUE_MAX = 63
SECRET_KEY_MAX = 253
_HASH = 8
_NOT_IN_NAMES = re.compile(r'[^a-z0-9.-]+')
_AROUND_DOTS = re.compile(r'[.-]*\.[.-]*')


def _hashed(text: str, length: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def _fitted(name: str, original: str, limit: int) -> str:
    """The name, cut to the limit with a hash of the original behind it where it is too long."""
    if len(name) <= limit:
        return name
    return f'{name[: limit - _HASH - 1].rstrip("-.")}-{_hashed(original, _HASH)}'


@lru_cache(maxsize=1024)
def resource_name(*parts: str, limit: int = NAME_MAX) -> str:
    """A name of a Kubernetes object (RFC 1123 subdomain); parts that had to be changed are told apart by a hash."""
    original = '-'.join(parts)
    name = _NOT_IN_NAMES.sub('-', original.lower())
    name = _AROUND_DOTS.sub('.', name).strip('-.')
    if name != original:
        name = f'{name}-{_hashed(original, _HASH)}'.lstrip('-')
    return _fitted(name, original, limit)


def secret_key(router: str) -> str:
    """The key of a router's password in the cluster's Secret (``[-._a-zA-Z0-9]+``)."""
    key = re.sub(r'[^A-Za-z0-9._-]+', '-', router)
    return _fitted(key if key == router else f'{key}-{_hashed(router, _HASH)}', router, SECRET_KEY_MAX)


def group_name(handle: str, family: int) -> str:
    """The peer-group of a cluster and family on a router."""
    return f'CAL-{handle.upper()}-{family}'


def group_names(handle: str) -> frozenset[str]:
    """All peer-groups of a cluster; to be compared whole, since one cluster's handle may begin with another's."""
    return frozenset(group_name(handle, family) for family in (4, 6))


def policy_name(handle: str, direction: str, family: int) -> str:
    """The route-map and the prefix-list of a cluster, direction (IN, OUT) and family on a router."""
    return f'CAL-{handle.upper()}-{direction}{family}'


def next_hop_list_name(handle: str, family: int) -> str:
    """The prefix-list of the networks that next hops have to lie in."""
    return policy_name(handle, 'NH', family)


def rack_values(racks: Iterable[Rack]) -> Mapping[int, str]:
    """Label values by the racks' keys: the name where it is a valid value of its own, else one made of it.

    Of racks with one name (two sites) the one that is older in NetBox keeps it, so that a new rack never renames
    another. Kubernetes: at most 63 characters, alphanumeric at both ends, ``-``, ``_`` and ``.`` between.
    """
    values: dict[int, str] = {}
    taken: set[str] = set()
    for rack in sorted(set(racks), key=lambda rack: rack.id):
        value = re.sub(r'[^A-Za-z0-9._-]+', '-', rack.name).strip('-._')
        if value != rack.name or len(value) > LABEL_VALUE_MAX:
            value = f'{value[: LABEL_VALUE_MAX - _HASH - 1]}-{_hashed(rack.name, _HASH)}'.lstrip('-')
        if value in taken:
            value = f'{value[: LABEL_VALUE_MAX - _HASH - 1]}-{_hashed(f"{rack.name}/{rack.id}", _HASH)}'
        taken.add(value)
        values[rack.id] = value
    return values


def leaving_id(handle: str) -> str:
    """The reflector cluster ID, in IPv4 form, that nodes of this cluster bear while they leave the mesh.

    From 240.0.0.0/4, which nobody routes, so that it is told apart from the ID of a real reflector.
    """
    number = int(_hashed(f'leaving the mesh: {handle}', 7), 16)
    return str(IPv4Address((240 << 24) + number))


def reflector_id(handle: str, number: int = 0) -> str:
    """A cluster ID of this cluster's route reflectors, in IPv4 form; ``number`` below 4096.

    From 224.0.0.0/4, the other half of what is nobody's address, so that it is never the mark of leaving.
    """
    return str(IPv4Address((224 << 24) + (int(_hashed(f'reflectors: {handle}', 4), 16) << 12) + number))


def is_reflector_id(handle: str, text: str) -> bool:
    """Whether a cluster ID is one of those that this cluster's route reflectors may have from us."""
    if not text:
        return False
    first = _first_reflector_id(handle)
    try:
        return first <= int(IPv4Address(text)) < first + 4096
    except ValueError:
        return False


@lru_cache(maxsize=1024)
def _first_reflector_id(handle: str) -> int:
    return int(IPv4Address(reflector_id(handle)))


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key that puts rack 2 before rack 10."""
    return tuple((0, int(part), '') if part.isdecimal() else (1, 0, part) for part in re.split(r'(\d+)', text) if part)
