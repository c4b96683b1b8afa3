"""Digests: the same thing always has the same one, in every process and on every machine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from typing import Any

_ADDRESSES = (IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network)
_PLAIN = frozenset({str, int, float, bool, type(None)})


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def plain(value: Any) -> Any:
    """A value of the planning model as JSON's types: dataclasses to objects, addresses to text, sets in order."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is dict:
        return {str(key): plain(item) for key, item in value.items()}
    if kind is list or kind is tuple:
        return [plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(getattr(value, name)) for name in _names(type(value))}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, _ADDRESSES):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((plain(item) for item in value), key=str)
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return [plain(item) for item in value]
    return value


def document(value: Any, separators: tuple[str, str] | None = None) -> str:
    """A value as the JSON of what `plain` makes of it, its keys in order."""
    return _encoder(separators).encode(value)


@cache
def _encoder(separators: tuple[str, str] | None) -> json.JSONEncoder:
    return json.JSONEncoder(default=_opened, sort_keys=True, separators=separators, ensure_ascii=False)


def _opened(value: Any) -> Any:
    """`plain`, one level deep: the encoder asks again for what is inside."""
    if is_dataclass(value) and not isinstance(value, type):
        return {name: getattr(value, name) for name in _names(type(value))}
    return plain(value)


def digest(value: Any) -> str:
    """Hex SHA-256 of a value's canonical JSON."""
    return hashlib.sha256(document(value, (',', ':')).encode()).hexdigest()


def owned_digest(part: Any) -> str:
    """The digest of what is ours of a thing (text of a section, fields of an object); empty when there is none."""
    return digest(part) if part else ''
