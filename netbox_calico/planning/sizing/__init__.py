"""How much of everything a design needs at a size: sessions, routes, BGPPeers, work of the agents. Exact arithmetic."""

from __future__ import annotations

from .measured import CONDITIONS, MEASURED, Measured
from .recommend import Recommendation, recommend
from .record import sizing_record
from .remarks import Remark, remarks
from .scale import Scale
from .side_by_side import side_by_side
from .sized import Role, Sized, Speakers
from .spread import Spread
from .typha import typha_replicas

__all__ = [
    'CONDITIONS',
    'MEASURED',
    'Measured',
    'Recommendation',
    'Remark',
    'Role',
    'Scale',
    'Sized',
    'Speakers',
    'Spread',
    'recommend',
    'remarks',
    'side_by_side',
    'sizing_record',
    'typha_replicas',
]
