"""The closed lists of values that models offer, with the colours that NetBox shows them in."""

from .design import (
    DesignChoices,
    LoopRemedyChoices,
    SchemeChoices,
)
from .facts import (
    BlobKindChoices,
    MeshChoices,
    SessionStateChoices,
    SeverityChoices,
)
from .intent import (
    DriverChoices,
    EncapsulationChoices,
    FamilyChoices,
    PeeringOriginChoices,
    ReflectorChoices,
    RouterRoleChoices,
    ServiceRangeKindChoices,
    TemplateSetChoices,
)
from .process import (
    DecisionChoices,
    OperationChoices,
    PhaseChoices,
    PlanKindChoices,
    PlanStatusChoices,
    ResultChoices,
    RunStatusChoices,
    StepStatusChoices,
    WishChoices,
)

__all__ = (
    'BlobKindChoices',
    'DecisionChoices',
    'DesignChoices',
    'DriverChoices',
    'EncapsulationChoices',
    'FamilyChoices',
    'LoopRemedyChoices',
    'MeshChoices',
    'OperationChoices',
    'PeeringOriginChoices',
    'PhaseChoices',
    'PlanKindChoices',
    'PlanStatusChoices',
    'ReflectorChoices',
    'ResultChoices',
    'RouterRoleChoices',
    'RunStatusChoices',
    'SchemeChoices',
    'ServiceRangeKindChoices',
    'SessionStateChoices',
    'SeverityChoices',
    'StepStatusChoices',
    'TemplateSetChoices',
    'WishChoices',
)
