"""What jobs stored as JSON documents in blobs, read back for pages and APIs."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from django.utils.translation import gettext_lazy as _

from .choices import SeverityChoices
from .models import CalicoBlob, CalicoCluster
from .proposal import against_netbox

_SEVERITIES = dict(SeverityChoices)
_RANK = list(_SEVERITIES)
_NAMED = 12
_DRIFT = {
    'pending': _('Not deployed yet'),
    'changed': _('Changed by somebody else'),
    'vanished': _('Vanished'),
}


def read(blob: CalicoBlob | None) -> Any:
    """A blob's document, or None when there is none."""
    return json.loads(blob.body) if blob else None


def found_of(cluster: CalicoCluster, user: Any) -> dict[str, list[dict[str, Any]]]:
    """What the last sync found in a cluster: nodes, missing nodes, pools and ranges; hosts are those of ``user``."""
    state = getattr(cluster, 'state', None)
    found = read(state.proposal if state else None) or {'nodes': [], 'pools': [], 'ranges': []}
    return against_netbox(cluster, found, user)


def findings_of(blob: CalicoBlob | None) -> list[dict[str, Any]]:
    """Findings, the severest first: severity, code, subject, message, and the badge's label and colour."""
    findings = read(blob) or []
    return [
        {
            **finding,
            'label': _SEVERITIES[finding['severity']],
            'color': SeverityChoices.colors[finding['severity']],
        }
        for finding in sorted(findings, key=lambda finding: _RANK.index(finding['severity']))
    ]


def drift_of(blob: CalicoBlob | None) -> list[dict[str, Any]]:
    """Differences with the targets that have them, a word for how, its colour and the lines; the same are one."""
    same: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for entry in read(blob) or []:
        same[entry['kind'], entry['diff']].append(entry)
    return [
        {
            'color': SeverityChoices.colors[entries[0]['severity']],
            'kind_label': _DRIFT[kind],
            'count': len(entries),
            'labels': [entry['label'] for entry in entries[:_NAMED]],
            'more': max(0, len(entries) - _NAMED),
            'lines': diff_lines(diff),
        }
        for (kind, diff), entries in same.items()
    ]


def diff_lines(text: str) -> list[dict[str, str]]:
    """The lines of a difference: ``sign`` is +, - or a blank, @ for the heading of a part."""
    return [
        {'sign': '@', 'text': line.strip('@ ')}
        if line.startswith('@@')
        else {'sign': line[:1] or ' ', 'text': line[2:]}
        for line in text.splitlines()
    ]


def readable(artefact: str) -> str:
    """What is sent, for reading: a JSON document indented, configuration lines as they are."""
    if artefact.startswith('{'):
        return json.dumps(json.loads(artefact), indent=2, ensure_ascii=False)
    return artefact
