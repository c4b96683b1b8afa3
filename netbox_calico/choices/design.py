"""How a cluster may be designed: what the planner knows, and what its designs read."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from utilities.choices import Choice, ChoiceSet

from netbox_calico.designs import color_of
from netbox_calico.planning.designs import REGISTRY
from netbox_calico.planning.model.options import LoopRemedy, Scheme


class DesignChoices(ChoiceSet):
    """Those of the planner's registry: a design that is new there is offered here, and needs no migration."""

    MESH = 'mesh'

    CHOICES = [
        Choice(design.key, design.label, color=color_of(design.key), description=design.description)
        for design in REGISTRY.values()
    ]


class SchemeChoices(ChoiceSet):
    PER_ROUTER = Scheme.PER_ROUTER.value
    SHARED_ADDRESS = Scheme.SHARED_ADDRESS.value

    CHOICES = [
        Choice(
            PER_ROUTER,
            _('Per router'),
            color='blue',
            description=_('A BGPPeer a router and family, found by the rack label: up to about 2000 nodes'),
        ),
        Choice(
            SHARED_ADDRESS,
            _('Shared addresses'),
            color='purple',
            description=_('A BGPPeer a position of routers and family, with the same address in every rack: any size'),
        ),
    ]


class LoopRemedyChoices(ChoiceSet):
    AS_OVERRIDE = LoopRemedy.AS_OVERRIDE.value
    ALLOW_OWN_AS = LoopRemedy.ALLOW_OWN_AS.value

    CHOICES = [
        Choice(
            AS_OVERRIDE,
            _('as-override'),
            color='blue',
            description=_("Routers put their own AS in the place of the nodes' in what they pass on"),
        ),
        Choice(
            ALLOW_OWN_AS,
            _('allow-own-as'),
            color='purple',
            description=_('Nodes accept routes that have passed through their own AS'),
        ),
    ]
