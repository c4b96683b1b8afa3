"""Whether gates can see the routes of a node."""

from __future__ import annotations

from netbox_calico.planning.model.plan import Finding

from .limits import STATUS_PATHS
from .sized import Role, Speakers
from .words import note


def unseen(label: str, speakers: tuple[Speakers, ...]) -> tuple[Finding, ...]:
    """What is to be said where a node has more paths than its CalicoNodeStatus takes."""
    paths = next((found.paths for found in speakers if found.role is Role.NODE), None)
    if paths is None or paths.most <= STATUS_PATHS:
        return ()
    return (
        note(
            'paths-unseen',
            label,
            f'{paths.most:,} paths a node are more than a CalicoNodeStatus can carry (about {STATUS_PATHS}): gates '
            'look at the routers, and the proof stands for the nodes.',
        ),
    )
