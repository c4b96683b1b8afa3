"""Plans to be proven, right and wrong: a plan as it is made, edited as somebody would who knows better."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace

from netbox_calico.planning.designs import find
from netbox_calico.planning.model.intent import Intent, PeerGroup
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.model.plan import Finding, Gate, GateKind, Item, Severity, Step
from netbox_calico.planning.order import in_order
from netbox_calico.planning.plan import make_plan
from netbox_calico.planning.proof.plan_proof import prove_plan
from netbox_calico.planning.rollout.mesh import SWITCH
from tests.planning.world import RENDERERS, World, observation, snapshot


@dataclass(frozen=True)
class Move:
    """A plan's steps, and everything that they are proven with."""

    snapshot: Snapshot
    observation: Observation
    steps: tuple[Step, ...]
    intents: tuple[Intent, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the proof says."""
        return prove_plan(self.snapshot, self.observation, self.steps, self.intents, RENDERERS)

    @property
    def errors(self) -> set[str]:
        """The codes of the errors."""
        return {finding.code for finding in self.findings if finding.severity is Severity.ERROR}

    def index(self, title: str) -> int:
        """Where the step of that title stands."""
        [number] = [number for number, step in enumerate(self.steps) if step.title == title]
        return number

    def items(self, edit: Callable[[Item], Item]) -> Move:
        """The same with other items."""
        return replace(self, steps=tuple(replace(s, items=tuple(map(edit, s.items))) for s in self.steps))

    def resources(self, kind: str, edit: Callable[[dict], dict]) -> Move:
        """The same with other specs of a kind."""

        def edited(item: Item) -> Item:
            artefact = json.loads(item.artefact) if item.target.startswith(f'kubernetes:{kind}/') else {}
            if 'object' not in artefact:
                return item
            artefact['object']['spec'] = edit(artefact['object']['spec'])
            return replace(item, artefact=json.dumps(artefact))

        return self.items(edited)

    def groups(self, edit: Callable[[PeerGroup], PeerGroup]) -> Move:
        """The same with other sections on the routers."""

        def edited(intent: Intent) -> Intent:
            sections = (replace(section, groups=tuple(map(edit, section.groups))) for section in intent.sections)
            return replace(intent, sections=tuple(sections))

        return replace(self, intents=tuple(map(edited, self.intents)))

    def without_gates(self) -> Move:
        """Nothing is waited for."""
        return replace(self, steps=tuple(replace(step, gate=Gate(GateKind.NONE, '')) for step in self.steps))


def unfiltered(made: Move, direction: str) -> Move:
    """The same, the BGPPeers without their filter for what nodes export or import."""

    def edit(spec: dict) -> dict:
        left = [name for name in spec['filters'] if not name.endswith(f'-{direction}')]
        assert len(left) == len(spec['filters']) - 1
        return {**spec, 'filters': left}

    return made.resources('BGPPeer', edit)


def mesh_off_first(made: Move) -> Move:
    """The same, begun by switching the mesh off."""
    number = next(n for n, step in enumerate(made.steps) if any(item.target == SWITCH for item in step.items))
    return replace(made, steps=(made.steps[number], *made.steps[:number], *made.steps[number + 1 :]))


def move(
    racks: int = 2,
    nodes: int = 2,
    tors: int = 2,
    families: tuple[int, ...] = (4,),
    kind: str = 'deploy',
    design: str = 'tor-full-tables',
    change: Callable[[Snapshot, Observation], tuple[Snapshot, Observation]] = lambda wish, seen: (wish, seen),
) -> Move:
    """A plan as it is made in a data centre whose spines have one AS; ``change`` is what is otherwise in it."""
    wish = snapshot(racks, nodes, tors, families, design=design)
    wish, seen = change(wish, observation(wish))
    if kind == 'back':
        world = World(seen)
        world.run(make_plan(wish, seen, 'deploy', RENDERERS))
        seen = world.observed
    plan = make_plan(wish, seen, kind, RENDERERS)
    assert plan.steps, plan.findings
    wish, seen = in_order(wish, seen)
    before = find(design).derive(wish, seen)
    intent = before if kind == 'deploy' else find('mesh').derive(wish, seen)
    return Move(wish, seen, plan.steps, (intent, *intent.stages, before, *before.stages))
