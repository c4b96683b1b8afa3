"""FRR 8.4 and later: Debian's, Cumulus with FRR's own files, SONiC in the ``split`` modes.

Ours on a router is what bears the cluster's mark, and the neighbours in a group that bears it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from netbox_calico.planning.model.intent import PeerGroup, RouterSection
from netbox_calico.planning.ports import SectionChange

from .change import change, rewritten
from .drained import drained
from .groups import peer_groups
from .owned import canonical, owned
from .section import written
from .settings import settings
from .tree import leaves


class FrrSections:
    """Implements ``SectionRenderer`` and ``SectionReader`` of ``planning.ports``."""

    def change(self, observed: str, wanted: RouterSection) -> SectionChange:
        """The lines that lead from the observed section to the wanted one, and those that lead back."""
        return change(observed, written(wanted))

    def drain(self, observed: str) -> SectionChange:
        """The lines that drain all groups of the observed section, and those that lead back."""
        return change(observed, rewritten(canonical(drained(leaves(observed)))))

    def groups(self, section: str) -> tuple[PeerGroup, ...]:
        """The groups of a section in canonical text."""
        return peer_groups(section)

    def owned(self, running: str, handle: str, reference: Callable[[str], str]) -> str:
        """Our section of a running configuration in canonical text."""
        return owned(running, handle, reference)

    def settings(self, running: str) -> Mapping[str, str]:
        """The box's own knobs."""
        return settings(running)
