"""Sessions and overlaps as JSON: the form in which the agent's own doings are noted down, so that both can be compared.

Restart time and the number of local AS numbers are texts there, and a filter bears the name that BIRD's function has.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from .session import Overlap, Session

BIRD_FILTER_NAME_MAX = 45
"""Longest filter name, in characters, that fits into a symbol of BIRD's together with what the agent puts around it."""

_TTL_SECURITY = {None: None, True: 'on', False: 'off'}


def bird_filter_name(name: str) -> str:
    """A BGPFilter's name as the agent writes it: a long one is cut and told apart by a hash."""
    if len(name) <= BIRD_FILTER_NAME_MAX:
        return name
    digest = sha256(name.encode()).hexdigest().upper()[:16]
    return f'{name[: BIRD_FILTER_NAME_MAX - len(digest) - 1]}_{digest}'


def session_record(session: Session) -> dict[str, Any]:
    """A session as a JSON object; keys that would be false, none or empty are left out."""
    record = {
        'family': session.family,
        'protocol': session.protocol,
        'neighbor': str(session.neighbor),
        'port': session.port,
        'remote_as': session.remote_as,
        'local_as': session.local_as,
        'source': _text(session.source),
        'multihop': session.multihop or None,
        'ttl_security': _TTL_SECURITY[session.ttl_security],
        'password': session.password or None,
        'rr_client': session.rr_client or None,
        'rr_cluster_id': session.rr_cluster_id,
        'next_hop': session.next_hop,
        'passive': session.passive or None,
        'allow_local_as': _text(session.allow_local_as),
        'restart_time': _text(session.restart_time),
        'import_filters': [bird_filter_name(name) for name in session.import_filters] or None,
        'export_filters': [bird_filter_name(name) for name in session.export_filters] or None,
    }
    return {key: value for key, value in record.items() if value is not None}


def overlap_record(overlap: Overlap) -> dict[str, Any]:
    """An overlap as a JSON object."""
    record = {
        'node': overlap.node,
        'neighbor': str(overlap.neighbor),
        'port': overlap.port,
        'bgp_peers': list(overlap.bgp_peers),
    }
    return {key: value for key, value in record.items() if value is not None}


def _text(value: object) -> str | None:
    return None if value is None else str(value)
