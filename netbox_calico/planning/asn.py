"""AS numbers: read in both notations, written plain, and what the ranges of them mean."""

from __future__ import annotations

import re

from .errors import InvalidInput

AS_MAX = 4294967295
"""The last 4-byte AS number (RFC 6793)."""

CRD_AS_MAX = 2147483647
"""The largest AS number that Calico's CRDs take: ``asNumber`` is a signed 32-bit integer there."""

_PLAIN = re.compile(r'[0-9]{1,10}')
_DOTTED = re.compile(r'([0-9]{1,5})\.([0-9]{1,5})')


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
