"""A BGP speaker outside the cluster: one to one with a device."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from netbox.models import PrimaryModel

from netbox_calico.choices import RouterRoleChoices

from .base import check_credential, name_of
from .switch_profile import CalicoSwitchProfile


class CalicoRouter(PrimaryModel):
    device = models.ForeignKey(
        verbose_name=_('device'), to='dcim.Device', on_delete=models.PROTECT, related_name='calico_routers'
    )
    role = models.CharField(
        verbose_name=_('role'), max_length=20, choices=RouterRoleChoices, default=RouterRoleChoices.TOR
    )
    profile = models.ForeignKey(
        verbose_name=_('profile'),
        to='netbox_calico.CalicoSwitchProfile',
        on_delete=models.PROTECT,
        related_name='routers',
        blank=True,
        null=True,
        help_text=_("Empty for the profile of the device's platform"),
    )
    asn = models.ForeignKey(
        verbose_name=_('ASN'),
        to='ipam.ASN',
        on_delete=models.PROTECT,
        related_name='calico_routers',
        blank=True,
        null=True,
        help_text=_('The AS number that the router speaks with'),
    )
    racks = models.ManyToManyField(
        verbose_name=_('racks'),
        to='dcim.Rack',
        related_name='calico_routers',
        blank=True,
        help_text=_(
            'Only where neither addresses nor cables tell which racks it serves; for a route reflector outside of the '
            'cluster one rack of each cluster that it is for'
        ),
    )
    router_id = models.GenericIPAddressField(
        verbose_name=_('router ID'),
        protocol='IPv4',
        blank=True,
        null=True,
        help_text=_('The BGP identifier that it is configured with; empty for what it chooses by itself'),
    )
    drained = models.BooleanField(
        verbose_name=_('drained'), default=False, help_text=_('No traffic should go through it: it is led around')
    )
    credential = models.CharField(
        verbose_name=_('credential'),
        max_length=50,
        blank=True,
        help_text=_("The name of a login in PLUGINS_CONFIG; empty for the profile's"),
    )

    clone_fields = ('role', 'profile', 'asn')
    prerequisite_models = ('dcim.Device',)

    # NetBox would link to a page among its own documentation.
    docs_url = None

    class Meta:
        ordering = ('device',)
        verbose_name = _('Calico router')
        verbose_name_plural = _('Calico routers')
        constraints = (
            models.UniqueConstraint(
                fields=('device',),
                name='%(app_label)s_%(class)s_unique_device',
                violation_error_message=_('This device is a router already.'),
            ),
        )

    def __str__(self):
        return name_of(self, 'device')

    @property
    def profile_in_use(self):
        """Its own profile, else that of its device's platform or the platform's nearest ancestor, else None."""
        platform = self.device.platform
        if self.profile or not platform:
            return self.profile
        keys = [int(key) for key in str(platform.path).split('.')]
        profiles = {found.platform_id: found for found in CalicoSwitchProfile.objects.filter(platform__in=keys)}
        return next((profiles[key] for key in reversed(keys) if key in profiles), None)

    def clean(self):
        super().clean()
        check_credential(self, 'credential')

    def get_role_color(self):
        return RouterRoleChoices.colors.get(self.role)
