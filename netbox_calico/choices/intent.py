"""Closed lists of what people own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from utilities.choices import ChoiceSet


class DriverChoices(ChoiceSet):
    FRR = 'frr'
    GOBGP = 'gobgp'

    CHOICES = [(FRR, 'FRR (vtysh over SSH)', 'green'), (GOBGP, 'GoBGP (its file over SSH)', 'teal')]


class TemplateSetChoices(ChoiceSet):
    FRR = 'frr'
    GOBGP = 'gobgp'

    CHOICES = [(FRR, 'FRR', 'green'), (GOBGP, 'GoBGP (route reflectors)', 'teal')]


class RouterRoleChoices(ChoiceSet):
    """Only top-of-rack routers serve the nodes of a rack by standing in it or by their cables and addresses."""

    TOR = 'tor'
    SPINE = 'spine'
    REFLECTOR = 'reflector'

    CHOICES = [
        (TOR, _('Top of rack'), 'blue'),
        (SPINE, _('Spine'), 'cyan'),
        (REFLECTOR, _('Route reflector'), 'purple'),
    ]


class ReflectorChoices(ChoiceSet):
    AUTO = 'auto'
    NEVER = 'never'
    ALWAYS = 'always'

    CHOICES = [
        (AUTO, _('When it is chosen'), 'gray'),
        (NEVER, _('Never'), 'orange'),
        (ALWAYS, _('Always'), 'purple'),
    ]


class EncapsulationChoices(ChoiceSet):
    NEVER = 'Never'
    CROSS_SUBNET = 'CrossSubnet'
    ALWAYS = 'Always'

    CHOICES = [
        (NEVER, _('Never'), 'green'),
        (CROSS_SUBNET, _('Across subnets'), 'yellow'),
        (ALWAYS, _('Always'), 'orange'),
    ]


class ServiceRangeKindChoices(ChoiceSet):
    CLUSTER = 'cluster'
    EXTERNAL = 'external'
    LOAD_BALANCER = 'loadbalancer'

    CHOICES = [
        (CLUSTER, _('Cluster IPs'), 'blue'),
        (EXTERNAL, _('External IPs'), 'purple'),
        (LOAD_BALANCER, _('Load balancer IPs'), 'cyan'),
    ]


class FamilyChoices(ChoiceSet):
    IPV4 = 4
    IPV6 = 6

    CHOICES = [(IPV4, 'IPv4'), (IPV6, 'IPv6')]


class PeeringOriginChoices(ChoiceSet):
    DERIVED = 'derived'
    MANUAL = 'manual'

    CHOICES = [
        (DERIVED, _('Derived'), 'blue'),
        (MANUAL, _('Manual'), 'purple'),
    ]
