"""One Kubernetes cluster that runs Calico, and what is wished for it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from netbox.models import PrimaryModel
from netbox.models.features import JobsMixin

from netbox_calico.choices import DesignChoices
from netbox_calico.compat import current_request
from netbox_calico.designs import OPTIONS
from netbox_calico.planning.rollout.encapsulation import POOLS
from netbox_calico.planning.rollout.mesh import SWITCH

from .base import check_credential
from .design_options import REFLECTORS_IN_ORDER, DesignOptions

HANDLE = RegexValidator(
    r'^[a-z]([-a-z0-9]*[a-z0-9])?$',
    _('Start with a lower-case letter; go on with lower-case letters, digits and dashes.'),
)
LABEL_KEY = RegexValidator(
    r'^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$',
    _('This is not the key of a Kubernetes label.'),
)
SECRET_NAME = RegexValidator(
    r'^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
    _('This is not the name of a Kubernetes Secret: use lower-case letters, digits, . and -.'),
)
# A year between two comparisons.
MOST_MINUTES = 525_600


class CalicoCluster(DesignOptions, JobsMixin, PrimaryModel):
    name = models.CharField(verbose_name=_('name'), max_length=100, unique=True, db_collation='natural_sort')
    handle = models.CharField(
        verbose_name=_('handle'),
        max_length=20,
        unique=True,
        validators=[HANDLE],
        help_text=_('All names on routers and in Kubernetes derive from it; fixed once something was deployed'),
    )
    cluster = models.ForeignKey(
        verbose_name=_('virtualization cluster'),
        to='virtualization.Cluster',
        on_delete=models.PROTECT,
        related_name='calico_clusters',
        blank=True,
        null=True,
        help_text=_('Where the nodes run, if they are virtual machines'),
    )
    tenant = models.ForeignKey(
        verbose_name=_('tenant'),
        to='tenancy.Tenant',
        on_delete=models.PROTECT,
        related_name='calico_clusters',
        blank=True,
        null=True,
    )
    vrf = models.ForeignKey(
        verbose_name=_('VRF'),
        to='ipam.VRF',
        on_delete=models.PROTECT,
        related_name='calico_clusters',
        blank=True,
        null=True,
        help_text=_("The VRF of the nodes' prefixes"),
    )
    asn = models.ForeignKey(
        verbose_name=_('ASN'),
        to='ipam.ASN',
        on_delete=models.PROTECT,
        related_name='calico_clusters',
        blank=True,
        null=True,
        help_text=_('The AS number of all nodes; empty for what the cluster says (64512 unless configured)'),
    )
    connection = models.CharField(
        verbose_name=_('connection'),
        max_length=50,
        blank=True,
        help_text=_('The name of a kubeconfig in PLUGINS_CONFIG; the kubeconfig itself is never stored here'),
    )
    ipv4 = models.BooleanField(verbose_name=_('IPv4'), default=True)
    ipv6 = models.BooleanField(verbose_name=_('IPv6'), default=False)
    design = models.CharField(
        verbose_name=_('design'), max_length=30, choices=DesignChoices, default=DesignChoices.MESH
    )
    rack_label = models.CharField(
        verbose_name=_('rack label'),
        max_length=63,
        default='netbox-calico.io/rack',
        validators=[LABEL_KEY],
        help_text=_("The Kubernetes node label that carries the rack's name"),
    )
    password_secret = models.CharField(
        verbose_name=_('password Secret'),
        max_length=253,
        blank=True,
        validators=[SECRET_NAME],
        help_text=_("A Kubernetes Secret in calico-node's namespace with a BGP password a router; empty for none"),
    )
    settle_time = models.PositiveIntegerField(
        verbose_name=_('settle time'),
        default=10,
        validators=[MaxValueValidator(3600)],
        help_text=_('Seconds that a gate must hold unbroken before the deployment goes on'),
    )
    rack_pause = models.PositiveIntegerField(
        verbose_name=_('pause between racks'),
        default=0,
        validators=[MaxValueValidator(86400)],
        help_text=_('Seconds to wait after each rack has left the mesh'),
    )
    interval = models.PositiveIntegerField(
        verbose_name=_('interval'),
        blank=True,
        null=True,
        validators=[MaxValueValidator(MOST_MINUTES)],
        help_text=_('Minutes between scheduled comparisons of both sides with NetBox; empty for none'),
    )
    approvals = models.PositiveSmallIntegerField(
        verbose_name=_('approvals'),
        default=1,
        validators=[MaxValueValidator(10)],
        help_text=_('How many people must approve a plan'),
    )
    four_eyes = models.BooleanField(
        verbose_name=_('four eyes'),
        default=False,
        help_text=_('Whoever changed what a plan carries may not approve it'),
    )
    deletion_share = models.PositiveSmallIntegerField(
        verbose_name=_('deletion guard'),
        default=20,
        validators=[MaxValueValidator(100)],
        help_text=_('Percentage of the peerings that may go away in one plan; more stops it'),
    )

    clone_fields = (
        'tenant', 'vrf', 'ipv4', 'ipv6', 'design', *OPTIONS, 'rack_label', 'settle_time', 'rack_pause', 'interval',
        'approvals', 'four_eyes', 'deletion_share',
    )  # fmt: skip

    # NetBox would link to a page among its own documentation.
    docs_url = None

    class Meta:
        ordering = ('name',)
        verbose_name = _('Calico cluster')
        verbose_name_plural = _('Calico clusters')
        constraints = (
            models.CheckConstraint(
                condition=Q(ipv4=True) | Q(ipv6=True),
                name='%(app_label)s_%(class)s_family',
                violation_error_message=_('Choose IPv4, IPv6 or both.'),
            ),
            models.CheckConstraint(
                condition=Q(interval__isnull=True) | Q(interval__gte=1),
                name='%(app_label)s_%(class)s_interval',
                violation_error_message=_('The interval is at least one minute.'),
            ),
            models.CheckConstraint(
                condition=Q(approvals__gte=1),
                name='%(app_label)s_%(class)s_approvals',
                violation_error_message=_('At least one approval is needed.'),
            ),
            REFLECTORS_IN_ORDER,
            # Otherwise a second cluster with fewer guards would be a way round those of the first. Whether two names
            # lead to one Kubernetes cluster shows when it is read: see ``state.claim``.
            models.UniqueConstraint(
                fields=('connection',),
                condition=~Q(connection=''),
                name='%(app_label)s_%(class)s_unique_connection',
                violation_error_message=_('Another cluster has this connection: a Kubernetes cluster is one here.'),
            ),
        )
        permissions = [
            ('sync', _('Read the cluster')),
            ('plan', _('Make plans')),
            ('automate', _('Lower the guards: approvals, four eyes, deletion guard')),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        check_credential(self, 'connection')
        before = type(self).objects.filter(pk=self.pk).first() if self.pk else None
        if before:
            self._keep_the_handle(before)
            self._keep_the_guards(before)

    def _keep_the_handle(self, before):
        # The switch of the mesh and the pools bear no name of ours, and stay when all else was taken back.
        named = self.deployed.exclude(target=SWITCH).exclude(target__startswith=POOLS)
        if self.handle != before.handle and named.exists():
            raise ValidationError(
                {
                    'handle': _(
                        "Things named after '{handle}' are deployed: deploy the way back to the mesh first."
                    ).format(handle=before.handle)
                }
            )

    def _keep_the_guards(self, before):
        """Otherwise whoever may change a cluster could deploy on it alone."""
        lowered = {
            # Else the Kubernetes cluster would be free for another cluster here, with fewer guards.
            'connection': before.connection and self.connection != before.connection,
            'approvals': self.approvals < before.approvals,
            'four_eyes': before.four_eyes and not self.four_eyes,
            'deletion_share': self.deletion_share > before.deletion_share,
        }
        request = current_request.get()
        if request is None or request.user.has_perm('netbox_calico.automate_calicocluster', before):
            return
        if errors := {
            name: _('Leaving this connection needs the permission «automate» on Calico clusters.')
            if name == 'connection'
            else _('Lowering this guard needs the permission «automate» on Calico clusters.')
            for name, is_lowered in lowered.items()
            if is_lowered
        }:
            raise ValidationError(errors)

    def get_design_color(self):
        return DesignChoices.colors.get(self.design)

    @property
    def families(self):
        """The address families of the cluster as numbers."""
        return tuple(family for family, wanted in ((4, self.ipv4), (6, self.ipv6)) if wanted)

    @property
    def families_label(self):
        return ', '.join(f'IPv{family}' for family in self.families)
