"""The sections of routers on their way out of traffic and into it: sessions end only where nothing goes by them.

A router that nodes have sessions with is drained first, and one that they shall have sessions with begins drained. So
whoever sends it a packet finds it forwarding as before, and nobody sends it one while its sessions change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.model.intent import PeerGroup, RouterSection
from netbox_calico.planning.model.inventory import Router
from netbox_calico.planning.ports import SectionRenderer

from .sections import pair_of
from .situation import Pair, Situation

type Renderers = Mapping[str, SectionRenderer]


@dataclass(frozen=True, slots=True)
class Way:
    """``out`` of traffic and nothing else, ``planned`` while no traffic goes by it, ``back`` into traffic; None where
    nothing changes.
    """

    out: Pair | None
    planned: Pair | None
    back: Pair | None


@dataclass(frozen=True, slots=True)
class Draining:
    """What routers carry now (``texts``) and shall carry (``wanted``), by key, and who can write it.

    ``sent`` are the groups of texts that come of an earlier leg.
    """

    routers: Mapping[int, Router]
    texts: Mapping[int, str]
    sent: Mapping[int, tuple[PeerGroup, ...]]
    wanted: Mapping[int, RouterSection]
    renderers: Renderers

    @classmethod
    def of(cls, situation: Situation, renderers: Renderers) -> Draining:
        """Of all routers that could be read and have templates."""
        routers = {
            router.id: router
            for router in situation.snapshot.routers
            if router.profile is not None and router.profile.template_set in renderers
        }
        seen = situation.observation.routers
        return cls(
            routers,
            {router.router: router.section for router in seen if not router.error and router.router in routers},
            situation.sent,
            {section.router: section for section in situation.intent.sections},
            renderers,
        )

    def groups(self, router: int) -> tuple[PeerGroup, ...]:
        """What it carries now; none where that cannot be read."""
        text = self.texts.get(router, '')
        if text and router in self.sent:
            return self.sent[router]
        try:
            return self._renderer(router).groups(text) if text else ()
        except InvalidInput:
            return ()

    def way(self, router: int, *, out: bool) -> Way:
        """The items of a router; with ``out`` it is drained as it is, before it is changed to what is planned."""
        text, wanted, renderer = self.texts.get(router, ''), self._planned(router), self._renderer(router)
        name = self.routers[router].name
        first = renderer.drain(text) if out else None
        second = renderer.change(first.after if first else text, wanted.drained)
        return Way(
            out=pair_of(router, name, first) if first else None,
            planned=pair_of(router, name, second),
            back=pair_of(router, name, renderer.change(second.after, wanted)),
        )

    def _planned(self, router: int) -> RouterSection:
        known = self.routers[router]
        assert known.profile is not None
        return self.wanted.get(router) or RouterSection(router, known.name, known.asn or 0, '', known.profile, ())

    def _renderer(self, router: int) -> SectionRenderer:
        profile = self.routers[router].profile
        assert profile is not None
        return self.renderers[profile.template_set]
