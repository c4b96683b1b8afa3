"""Where GoBGP's configuration and answers carry passwords, so that none leaves this package."""

from __future__ import annotations

import re

REMOVED = '<removed>'
_SECRET = re.compile(r"""(?P<before>auth[-_]password["']?\s*[=:]\s*)(?P<secret>"(?:[^"\\]|\\.)*"|'[^']*'|\S+)""")


def masked(text: str) -> str:
    """The text with every password replaced."""
    return _SECRET.sub(rf'\g<before>"{REMOVED}"', text)
