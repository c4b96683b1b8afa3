"""Enumerations of GraphQL, named for the plugin: GraphQL knows no namespaces."""

import strawberry

from netbox_calico import choices

CalicoDesignEnum = strawberry.enum(choices.DesignChoices.as_enum('CalicoDesignEnum', prefix='design'))
CalicoDriverEnum = strawberry.enum(choices.DriverChoices.as_enum('CalicoDriverEnum', prefix='driver'))
CalicoEncapsulationEnum = strawberry.enum(
    choices.EncapsulationChoices.as_enum('CalicoEncapsulationEnum', prefix='encapsulation')
)
CalicoLoopRemedyEnum = strawberry.enum(choices.LoopRemedyChoices.as_enum('CalicoLoopRemedyEnum', prefix='loop_remedy'))
CalicoPeeringOriginEnum = strawberry.enum(
    choices.PeeringOriginChoices.as_enum('CalicoPeeringOriginEnum', prefix='origin')
)
CalicoPlanKindEnum = strawberry.enum(choices.PlanKindChoices.as_enum('CalicoPlanKindEnum', prefix='kind'))
CalicoPlanStatusEnum = strawberry.enum(choices.PlanStatusChoices.as_enum('CalicoPlanStatusEnum', prefix='status'))
CalicoReflectorEnum = strawberry.enum(choices.ReflectorChoices.as_enum('CalicoReflectorEnum', prefix='reflector'))
CalicoRouterRoleEnum = strawberry.enum(choices.RouterRoleChoices.as_enum('CalicoRouterRoleEnum', prefix='role'))
CalicoRunStatusEnum = strawberry.enum(choices.RunStatusChoices.as_enum('CalicoRunStatusEnum', prefix='status'))
CalicoSchemeEnum = strawberry.enum(choices.SchemeChoices.as_enum('CalicoSchemeEnum', prefix='scheme'))
CalicoServiceRangeKindEnum = strawberry.enum(
    choices.ServiceRangeKindChoices.as_enum('CalicoServiceRangeKindEnum', prefix='kind')
)
CalicoTemplateSetEnum = strawberry.enum(
    choices.TemplateSetChoices.as_enum('CalicoTemplateSetEnum', prefix='template_set')
)
