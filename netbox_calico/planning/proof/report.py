"""What a proof found, as findings: the place, the reason and the remedy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum

from netbox_calico.planning.counted import counted
from netbox_calico.planning.model.plan import Finding, Severity

from .forecast import MESH_COPIES, MESH_OF_AS_NUMBERS, MUTUAL_CLIENTS
from .outcome import Explosion, Flag, Oscillation, Verdict
from .prove import Proof
from .remedy import called, cut_off, remedy
from .world import HalfSession, World

_CODES = {
    Flag.LOOP: ('proof-loop', Severity.ERROR),
    Flag.BLACKHOLE: ('proof-blackhole', Severity.ERROR),
    Flag.HAIRPIN: ('proof-hairpin', Severity.WARNING),
    Flag.BY_DEFAULT: ('proof-default-only', Severity.ERROR),
}
_HAPPENS = {
    Flag.LOOP: 'go round in a circle',
    Flag.BLACKHOLE: 'find no route on the way',
    Flag.HAIRPIN: 'take a way through other nodes',
    Flag.BY_DEFAULT: 'have nothing but a default route to follow',
}
_EXPLODES = {
    MESH_OF_AS_NUMBERS: 'Members of a mesh with an AS number each pass on every path to all others: give the nodes one '
    'AS number for the mesh (`localASNumber` on the BGPPeers to routers), or leave the mesh before they get their own.',
    MUTUAL_CLIENTS: 'Reflectors with a cluster ID each are clients of one another and pass on every path: give them '
    'one cluster ID, or take a hierarchy.',
    MESH_COPIES: 'While the mesh is on, nodes pass on to all others what routers told them without the community '
    'no-advertise: deploy the design once more, which has the routers set it.',
}


type Bad = tuple[Verdict, Flag]
"""A verdict, and which of its flags are to be told."""


class So(Enum):
    """Why packets are lost: by the plan, before it already, or because a node becomes a reflector, which is said."""

    NEW = 'new'
    BEFORE = 'before'
    OF_A_REFLECTOR = 'of a reflector'


class Report:
    """Findings of one place of a plan: a step, or its end. ``where`` is for people: «step 4: Switch the mesh off».

    ``by_default`` says that the plan means nodes to live by a default, ``homeward`` that it leads back to the mesh,
    ``of_all`` that the worlds have all nodes, and not a few that stand for others.
    """

    def __init__(
        self,
        where: str,
        family: int,
        names: Mapping[str, str],
        *,
        by_default: bool = False,
        homeward: bool = False,
        of_all: bool = True,
    ) -> None:
        self._where, self._family, self._names = where, family, names
        self._by_default, self._homeward, self._all = by_default, homeward, of_all

    def verdicts(
        self, worlds: Sequence[World], proof: Proof, bad: Iterable[Bad], *, so: So = So.NEW
    ) -> Iterator[Finding]:
        """One finding for each thing that happens, by an example; what does not come from the plan only warns."""
        found: dict[Flag, list[Verdict]] = defaultdict(list)
        for verdict, flags in bad:
            for flag in _CODES:
                if flag in flags:
                    found[flag].append(verdict)
        speakers = worlds[-1].speakers
        for flag, verdicts in found.items():
            code, severity = _CODES[flag]
            one = verdicts[0]
            alike = proof.alike(one.source) - 1
            source = called(speakers[one.source]) + self._others(alike)
            end = self._kind(one.kind) + self._of(worlds, one.origin)
            what = f'packets from {source} to {end} {_HAPPENS[flag]} (IPv{self._family})'
            if so is So.BEFORE:
                severity = Severity.WARNING
                lost = cut_off(one, worlds)
                message = f'Already now {what}. {lost or "See whether BGP works there."} A plan is not to blame for it.'
            elif so is So.OF_A_REFLECTOR:
                severity = Severity.WARNING
                message = (
                    f'For about two seconds {what}: the sessions of a node that becomes a route reflector, or is none '
                    'any more, all start anew. Choose nodes without pods, or move the pods away first.'
                )
            elif flag is Flag.BY_DEFAULT and self._by_default:
                severity = Severity.NOTE
                message = (
                    f'From here on {what}, as the design means: no router may send it that has lost the way to others.'
                )
            else:
                mend = remedy(flag, one, worlds, self._kind(one.kind), homeward=self._homeward)
                message = f'{what[0].upper()}{what[1:]}. {mend}'
            yield Finding(severity, code, self._where, message)

    def unsettled(self, worlds: Sequence[World], reasons: Iterable[Explosion | Oscillation]) -> Iterator[Finding]:
        """Routes that never come to rest, and tables that no node can hold."""
        for reason in reasons:
            name = worlds[-1].speakers[reason.speaker].name
            if isinstance(reason, Oscillation):
                yield Finding(
                    Severity.ERROR,
                    'proof-oscillation',
                    self._where,
                    f'Routes to {self._kind(reason.kind)}{self._of(worlds, reason.origin)} never come to rest at '
                    f'{name} (IPv{self._family}): two speakers each prefer what the other sends. Make their '
                    'preferences agree: look for filters and local preferences that are not ours.',
                )
            else:
                yield Finding(
                    Severity.WARNING if reason.cause == MESH_COPIES else Severity.ERROR,
                    'proof-path-explosion',
                    self._where,
                    f'{name} would hold {reason.paths:,} paths to every one of '
                    f'{counted(reason.prefixes, "prefix", "prefixes")} (IPv{self._family}). '
                    + _EXPLODES.get(reason.cause, 'Filter what speakers pass on to each other.'),
                )

    def returned(self, world: World, halves: Iterable[HalfSession]) -> Iterator[Finding]:
        """Routers that give nodes their own addresses back."""
        for sender in sorted({half.sender for half in halves}):
            name = world.speakers[sender].name
            yield Finding(
                Severity.ERROR,
                'proof-oscillation',
                name,
                f'{name} receives no additional paths and returns to nodes what they announced (IPv{self._family}): a '
                "node with an address out of another node's block withdraws and announces it for ever. Switch "
                'receiving additional paths on for the nodes.',
            )

    def _kind(self, kind: str) -> str:
        return self._names.get(kind, kind)

    def _of(self, worlds: Sequence[World], origin: int | None) -> str:
        return '' if origin is None else f' of {worlds[-1].speakers[origin].name}'

    def _others(self, alike: int) -> str:
        """Those that a few stand for are not counted."""
        if alike <= 0:
            return ''
        return f' (and {counted(alike, "other")} like it)' if self._all else ' (and others like it)'
