"""What may be wrong before anything is touched. One function a thing to look at, one file a theme; a new one is a line
here.
"""

from __future__ import annotations

from collections.abc import Mapping

from netbox_calico.planning.model.intent import Intent
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.model.plan import Finding
from netbox_calico.planning.ports import SectionRenderer


def run_checks(
    snapshot: Snapshot, observation: Observation, intent: Intent, renderers: Mapping[str, SectionRenderer]
) -> tuple[Finding, ...]:
    """All findings, errors first, each once."""
    return tuple(sorted(set(intent.findings)))
