"""What jobs stored as JSON documents in blobs, read back for pages and APIs."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext_lazy as _

from .models import CalicoBlob

_RANK = {'error': 0, 'warning': 1, 'note': 2}
_COLORS = {'error': 'red', 'warning': 'yellow', 'note': 'blue'}
_DRIFT = {
    'pending': _('Not deployed yet'),
    'changed': _('Changed by somebody else'),
    'vanished': _('Vanished'),
}


def read(blob: CalicoBlob | None) -> Any:
    """A blob's document, or None when there is none."""
    return json.loads(blob.body) if blob else None


def findings_of(blob: CalicoBlob | None) -> list[dict[str, Any]]:
    """Findings, the severest first: severity, code, subject, message and the colour of the badge."""
    findings = read(blob) or []
    return [
        {**finding, 'color': _COLORS[finding['severity']]}
        for finding in sorted(findings, key=lambda finding: _RANK[finding['severity']])
    ]


def drift_of(blob: CalicoBlob | None) -> list[dict[str, Any]]:
    """Targets that differ, with a word for how, its colour and the lines of the difference."""
    return [
        {
            **entry,
            'color': _COLORS[entry['severity']],
            'kind_label': _DRIFT[entry['kind']],
            'lines': diff_lines(entry['diff']),
        }
        for entry in read(blob) or []
    ]


def diff_lines(text: str) -> list[dict[str, str]]:
    """The lines of a difference: ``sign`` is +, - or a blank, @ for the heading of a part."""
    return [
        {'sign': '@', 'text': line.strip('@ ')} if line.startswith('@@') else {'sign': line[:1] or ' ', 'text': line[2:]}
        for line in text.splitlines()
    ]
