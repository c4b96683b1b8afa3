"""Gates: what a step waits for before the next one may begin. Pure: a gate, the plan and a look in, a state out.

Established is not enough and neither is a count. A gate names what it waits for: every block of every node, on every
router, and on the nodes a route that is used, resolved and goes by the expected gateway.
"""

from __future__ import annotations

from .evaluate import evaluate
from .look import GateState, Look, Needs, needs, plan_routers

__all__ = ['GateState', 'Look', 'Needs', 'evaluate', 'needs', 'plan_routers']
