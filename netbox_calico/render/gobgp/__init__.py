"""GoBGP 3.10 and later as a route reflector outside the cluster, its configuration in TOML.

Ours in its file is what bears the cluster's mark, and the neighbours in a group that bears it. A section is text in the
file's own language, and the artefact is the section as it shall be: the driver puts it in the place of the one before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from netbox_calico.planning.model.intent import PeerGroup, RouterSection
from netbox_calico.planning.ports import SectionChange

from .compare import changes, diff
from .groups import peer_groups
from .owned import mark_of, owned, settings
from .section import drained, section_data
from .toml import read, write


class GobgpSections:
    """Implements ``SectionRenderer`` and ``SectionReader`` of ``planning.ports``."""

    def change(self, observed: str, wanted: RouterSection) -> SectionChange:
        """From the observed section to the wanted one, and back."""
        return _change(observed, write(section_data(wanted)))

    def drain(self, observed: str) -> SectionChange:
        """From the observed section to the same with all its groups drained."""
        return _change(observed, write(drained(read(observed))))

    def groups(self, section: str) -> tuple[PeerGroup, ...]:
        """The groups of a section in canonical text."""
        return peer_groups(section)

    def owned(self, running: str, handle: str, reference: Callable[[str], str]) -> str:
        """Our section of a configuration file in canonical text."""
        return owned(running, handle, reference)

    def settings(self, running: str) -> Mapping[str, str]:
        """The box's own knobs."""
        return settings(running)


def _change(observed: str, after: str) -> SectionChange:
    if observed == after:
        return SectionChange(observed, after, artefact='', undo='', diff='')
    head = f'# replaces {mark_of(observed) or mark_of(after)}\n'
    return SectionChange(
        before=observed,
        after=after,
        artefact=head + after,
        undo=head + observed,
        diff=diff(observed, after),
        changes=changes(read(observed), read(after)),
    )
