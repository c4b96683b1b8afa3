"""What a design is to the rest of the pipe: a name, words for people, and a function that derives what should be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from netbox_calico.planning.model.intent import Intent
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation


@dataclass(frozen=True, slots=True)
class Design:
    """``key`` is stored, ``label`` and ``description`` are shown; with ``mesh`` the node-to-node mesh stays on.

    With ``reflects`` nodes are chosen as route reflectors by what is seen of them, so a plan depends on that as well.
    ``options`` are the choices of the cluster that it reads, by name; others have no say in it.
    ``derive`` must be pure and independent of the order of its input; what is in its way becomes ``Intent.findings``.
    """

    key: str
    label: str
    description: str
    mesh: bool
    derive: Callable[[Snapshot, Observation], Intent]
    reflects: bool = False
    options: tuple[str, ...] = ()
