"""Renderers that read no section twice within one plan: checks, stages, traffic and proof all ask what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .model.intent import PeerGroup, RouterSection
from .ports import SectionChange, SectionRenderer


@dataclass(frozen=True, slots=True)
class _Remembering:
    """Implements ``SectionRenderer``."""

    renderer: SectionRenderer
    read: dict[str, tuple[PeerGroup, ...]] = field(default_factory=dict)

    def change(self, observed: str, wanted: RouterSection) -> SectionChange:
        return self.renderer.change(observed, wanted)

    def drain(self, observed: str) -> SectionChange:
        return self.renderer.drain(observed)

    def groups(self, section: str) -> tuple[PeerGroup, ...]:
        """Who asks again for what cannot be read is refused again."""
        if section not in self.read:
            self.read[section] = self.renderer.groups(section)
        return self.read[section]


def remembering(renderers: Mapping[str, SectionRenderer]) -> Mapping[str, SectionRenderer]:
    """The same renderers, for as long as one plan is made."""
    return {template_set: _Remembering(renderer) for template_set, renderer in renderers.items()}
