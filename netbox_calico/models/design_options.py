"""What a cluster may choose about its design, beside the design itself: the planner's ``Options`` as fields."""

from __future__ import annotations

from dataclasses import fields

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from netbox_calico.choices import LoopRemedyChoices, SchemeChoices
from netbox_calico.compat import ASNField
from netbox_calico.planning.asn import CRD_AS_MAX
from netbox_calico.planning.model.options import LoopRemedy, Options, Scheme

_DEFAULTS = Options()
_NAMES = tuple(field.name for field in fields(Options))
_AT_LEAST_ONE = MinValueValidator(1)


class DesignOptions(models.Model):
    """The names and defaults of the fields are those of ``planning.model.options``."""

    asn_range = models.ForeignKey(
        verbose_name=_('ASN range'),
        to='ipam.ASNRange',
        on_delete=models.PROTECT,
        related_name='calico_clusters',
        blank=True,
        null=True,
        help_text=_('Where nodes are given their AS numbers from, in the design with an AS a node'),
    )
    scheme = models.CharField(
        verbose_name=_('BGPPeers'),
        max_length=20,
        choices=SchemeChoices,
        default=_DEFAULTS.scheme.value,
        help_text=_('How the nodes find the routers of their rack'),
    )
    loop_remedy = models.CharField(
        verbose_name=_('loop remedy'),
        max_length=20,
        choices=LoopRemedyChoices,
        default=_DEFAULTS.loop_remedy.value,
        help_text=_("What keeps nodes of one AS from dropping one another's routes, in the design with full tables"),
    )
    presented_as = ASNField(
        verbose_name=_('presented AS'),
        default=_DEFAULTS.presented_as,
        validators=[MaxValueValidator(CRD_AS_MAX, _('A BGPPeer cannot hold an AS number above %(limit_value)s.'))],
        help_text=_('The AS number that routers show the nodes from shared addresses'),
    )
    nodes_per_reflector = models.PositiveIntegerField(
        verbose_name=_('nodes per reflector'),
        default=_DEFAULTS.nodes_per_reflector,
        validators=[_AT_LEAST_ONE, MaxValueValidator(10_000)],
        help_text=_('There is a reflector for every so many nodes, within the two limits'),
    )
    reflectors_min = models.PositiveSmallIntegerField(
        verbose_name=_('fewest reflectors'),
        default=_DEFAULTS.reflectors_min,
        validators=[_AT_LEAST_ONE, MaxValueValidator(1000)],
    )
    reflectors_max = models.PositiveSmallIntegerField(
        verbose_name=_('most reflectors'),
        default=_DEFAULTS.reflectors_max,
        validators=[_AT_LEAST_ONE, MaxValueValidator(1000)],
    )
    redundancy = models.PositiveSmallIntegerField(
        verbose_name=_('redundancy'),
        default=_DEFAULTS.redundancy,
        validators=[_AT_LEAST_ONE, MaxValueValidator(100)],
        help_text=_('With how many reflectors each node peers; in a hierarchy, how many stand in each rack'),
    )
    spine_reflectors = models.PositiveSmallIntegerField(
        verbose_name=_('spine reflectors'),
        default=_DEFAULTS.spine_reflectors,
        validators=[_AT_LEAST_ONE, MaxValueValidator(100)],
        help_text=_('How many reflectors stand above those of the racks, in a hierarchy'),
    )

    class Meta:
        abstract = True

    @property
    def options(self):
        """As the planner reads them."""
        values = {name: getattr(self, name) for name in _NAMES}
        return Options(**{**values, 'scheme': Scheme(self.scheme), 'loop_remedy': LoopRemedy(self.loop_remedy)})

    def get_scheme_color(self):
        return SchemeChoices.colors.get(self.scheme)

    def get_loop_remedy_color(self):
        return LoopRemedyChoices.colors.get(self.loop_remedy)


REFLECTORS_IN_ORDER = models.CheckConstraint(
    condition=Q(reflectors_min__gte=1, reflectors_min__lte=F('reflectors_max')),
    name='%(app_label)s_%(class)s_reflectors',
    violation_error_message=_('The fewest reflectors are at least one, and no more than the most.'),
)
