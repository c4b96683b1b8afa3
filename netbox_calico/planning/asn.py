"""AS numbers: read in both notations, written plain, and what the range that one lies in means."""

from __future__ import annotations

import re
from enum import StrEnum

from netbox_calico.planning.errors import InvalidInput

AS_MAX = 4294967295
"""The last 4-byte AS number (RFC 6793)."""

CRD_AS_MAX = 2147483647
"""The largest AS number that Calico's CRDs take: ``asNumber`` is a signed 32-bit integer there."""

DEFAULT_AS = 64512
"""The AS of Calico's nodes when neither BGPConfiguration nor the node says one."""

_PLAIN = re.compile(r'[0-9]{1,1000}')
_DOTTED = re.compile(r'([0-9]{1,1000})\.([0-9]{1,1000})')


class Kind(StrEnum):
    """What an AS number is set aside for."""

    PRIVATE = 'private'
    """For use inside a network, not to be announced to the Internet (RFC 6996)."""
    RESERVED = 'reserved'
    """Not for any speaker: 0 (RFC 7607), AS_TRANS (RFC 6793), the last of each size (RFC 7300), what IANA keeps."""
    DOCUMENTATION = 'documentation'
    """For examples (RFC 5398)."""
    PUBLIC = 'public'
    """Assigned to somebody, or yet to be."""


_RANGES = (
    (0, 0, Kind.RESERVED),
    (23456, 23456, Kind.RESERVED),
    (64496, 64511, Kind.DOCUMENTATION),
    (64512, 65534, Kind.PRIVATE),
    (65535, 65535, Kind.RESERVED),
    (65536, 65551, Kind.DOCUMENTATION),
    (65552, 131071, Kind.RESERVED),
    (4200000000, 4294967294, Kind.PRIVATE),
    (4294967295, 4294967295, Kind.RESERVED),
)
"""Source: https://www.iana.org/assignments/as-numbers, special-purpose registry included."""


def parse_asn(text: str | int) -> int:
    """An AS number from asplain or asdot (RFC 5396): ``64512``, ``'64512'``, ``'1.10'``. Raises InvalidInput."""
    if isinstance(text, int) and not isinstance(text, bool):
        value = text
    elif isinstance(text, str) and _PLAIN.fullmatch(text):
        value = int(text)
    elif isinstance(text, str) and (dotted := _DOTTED.fullmatch(text)):
        high, low = int(dotted[1]), int(dotted[2])
        value = (high << 16) + low if max(high, low) <= 65535 else AS_MAX + 1
    else:
        raise InvalidInput(f'{text!r} is no AS number: write it plain (65001) or as two 16-bit numbers (0.65001).')
    if not 0 <= value <= AS_MAX:
        raise InvalidInput(f'AS number {text} is out of range: 0 to {AS_MAX}, or 0.0 to 65535.65535.')
    return value


def kind_of_asn(asn: int) -> Kind:
    """What the AS number is set aside for."""
    for first, last, kind in _RANGES:
        if first <= asn <= last:
            return kind
    return Kind.PUBLIC


def fits_crd(asn: int) -> bool:
    """Whether a BGPPeer or a BGPConfiguration can hold the AS number; the annotation on a node takes any."""
    return asn <= CRD_AS_MAX
