"""Typed reading of one object's fields, so that every mistake is told with the object, the field and the mend.

Null and absent are the same, as they are to the Kubernetes API.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface
from typing import Any, NoReturn

from netbox_calico.planning.asn import parse_asn
from netbox_calico.planning.errors import InvalidInput

from .objects import SecretKey

_SECONDS = {
    'ns': Fraction(1, 10**9),
    'us': Fraction(1, 10**6),
    'µs': Fraction(1, 10**6),
    'μs': Fraction(1, 10**6),
    'ms': Fraction(1, 1000),
    's': Fraction(1),
    'm': Fraction(60),
    'h': Fraction(3600),
}
_DURATION_PART = re.compile(r'([0-9]{1,100}\.?[0-9]{0,100}|\.[0-9]{1,100})(ns|us|µs|μs|ms|s|m|h)')
_INTERFACE = re.compile(r'([^/]+)(?:/([0-9]{1,5}))?')


@dataclass(frozen=True, slots=True)
class Fields:
    """The mapping at ``path`` (empty: the whole) of the object ``subject`` (``BGPPeer/tor-1``)."""

    subject: str
    values: Mapping[str, Any]
    path: str = ''

    def at(self, field: str) -> str:
        return f'{self.path}.{field}' if self.path else field

    def refuse(self, field: str, what: str) -> NoReturn:
        raise InvalidInput(f'{self.subject}: {self.at(field)} {what}.')

    def section(self, field: str) -> Fields:
        """The mapping below ``field``; an empty one if there is none."""
        value = self.values.get(field)
        if value is None:
            value = {}
        if not isinstance(value, Mapping):
            self.refuse(field, f'is a {type(value).__name__}; write a mapping there')
        return Fields(self.subject, value, self.at(field))

    def sections(self, field: str) -> tuple[Fields, ...]:
        """The mappings in the list at ``field``."""
        value = self.values.get(field)
        if value is None:
            return ()
        if not isinstance(value, list | tuple) or not all(isinstance(item, Mapping) for item in value):
            self.refuse(field, 'is something else; write a list of mappings')
        return tuple(Fields(self.subject, item, f'{self.at(field)}[{index}]') for index, item in enumerate(value))

    def text(self, field: str) -> str:
        value = self.values.get(field)
        if value is None:
            return ''
        if not isinstance(value, str):
            self.refuse(field, f'is {_shown(value)}; write it as text, in quotes')
        return value

    def texts(self, field: str) -> tuple[str, ...]:
        value = self.values.get(field)
        if value is None:
            return ()
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            self.refuse(field, f'is {_shown(value)}; write a list of names')
        return tuple(value)

    def texts_by_name(self, field: str) -> Mapping[str, str]:
        section = self.section(field)
        return {key: section.text(key) for key in section.values}

    def flag(self, field: str, default: bool) -> bool:
        value = self.values.get(field)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.refuse(field, f'is {_shown(value)}; write true or false')
        return value

    def number(self, field: str, least: int, most: int) -> int | None:
        value = self.values.get(field)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.refuse(field, f'is {_shown(value)}; write a number from {least} to {most}')
        return value

    def asn(self, field: str) -> int | None:
        value = self.values.get(field)
        if value is None:
            return None
        try:
            return parse_asn(value)
        except InvalidInput as exc:
            raise InvalidInput(f'{self.subject}: {self.at(field)}: {exc}') from exc

    def choice[T: str](self, field: str, choices: tuple[T, ...]) -> T:
        """One of ``choices``, of which the empty text is also what an absent field means."""
        value = self.text(field)
        if value not in choices:
            self.refuse(field, f'is {value!r}; write one of {", ".join(filter(None, choices))}')
        return choices[choices.index(value)]

    def seconds(self, field: str) -> int | None:
        """A duration as Go writes it (``45s``, ``1m30s``), in whole seconds; the agent rounds halves away from zero."""
        text = self.text(field)
        if not text:
            return None
        sign, digits = (-1, text[1:]) if text[0] == '-' else (1, text.removeprefix('+'))
        parts = _DURATION_PART.findall(digits)
        if digits != '0' and (not parts or ''.join(amount + unit for amount, unit in parts) != digits):
            self.refuse(field, f'is {text!r}, which is no duration; write it with units, as 45s or 2m')
        exact = sum((Fraction(amount) * _SECONDS[unit] for amount, unit in parts), Fraction())
        return sign * int(exact + Fraction(1, 2))

    def secret_key(self, field: str) -> SecretKey | None:
        """``{secretKeyRef: {name, key}}``."""
        reference = self.section(field).section('secretKeyRef')
        return SecretKey(reference.text('name'), reference.text('key')) if reference.values else None


def read_address(text: str) -> IPv4Address | IPv6Address | None:
    """An address as Go reads one: no zone, and an IPv4 address mapped into IPv6 is IPv4. None if it is no address."""
    try:
        if ':' not in text:
            return IPv4Address(text)
        address = IPv6Address(text)
    except ValueError:
        return None
    return None if address.scope_id else address.ipv4_mapped or address


def read_interface(text: str) -> IPv4Interface | IPv6Interface | None:
    """An address with its prefix length (without one: the address alone). None if it is neither.

    The length of an IPv4 address mapped into IPv6 is counted in IPv6's bits.
    """
    match = _INTERFACE.fullmatch(text)
    address = read_address(match[1]) if match else None
    if match is None or address is None:
        return None
    width = 128 if ':' in match[1] else 32
    length = int(match[2]) if match[2] else width
    if length > width:
        return None
    if isinstance(address, IPv4Address):
        return IPv4Interface((address, max(length - width + 32, 0)))
    return IPv6Interface((address, length))


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f'{text[:57]}…'
