"""Where FRR's configuration carries secrets, so that none leaves this package in a diff, an error or a log."""

from __future__ import annotations

import re

REMOVED = '<removed>'

_SECRET = re.compile(
    r'(?P<before>\b(?:neighbor \S+ password|(?:enable )?password(?: 8)?|area-password (?:clear|md5)|domain-password'
    r' (?:clear|md5)|isis password (?:clear|md5)|key-string|authentication-key|message-digest-key \d+ md5'
    r'|authentication string|ip nhrp authentication|ipv6 ospf6 authentication .* key|tcp-md5|neighbor \S+ tcp-ao)) +'
    r'(?P<secret>\S+)'
)


def masked(text: str) -> str:
    """The text with every secret replaced."""
    return _SECRET.sub(rf'\g<before> {REMOVED}', text)


def has_secret(line: str) -> bool:
    return bool(_SECRET.search(line))
