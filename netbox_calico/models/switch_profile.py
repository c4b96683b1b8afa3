"""How to talk to the routers of a platform, and with which templates and timers they are configured."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from netbox.models import OrganizationalModel

from netbox_calico.choices import DriverChoices, TemplateSetChoices

from .base import check_credential


class CalicoSwitchProfile(OrganizationalModel):
    """Whoever may change a profile decides what is sent to switches: treat the permission as the right to deploy."""

    platform = models.ForeignKey(
        verbose_name=_('platform'),
        to='dcim.Platform',
        on_delete=models.PROTECT,
        related_name='calico_switch_profiles',
        blank=True,
        null=True,
        help_text=_('Routers of this platform use the profile unless they name another one'),
    )
    driver = models.CharField(verbose_name=_('driver'), max_length=50, choices=DriverChoices, default=DriverChoices.FRR)
    template_set = models.CharField(
        verbose_name=_('template set'), max_length=50, choices=TemplateSetChoices, default=TemplateSetChoices.FRR
    )
    credential = models.CharField(
        verbose_name=_('credential'),
        max_length=50,
        help_text=_('The name of a login in PLUGINS_CONFIG; the secret itself is never stored here'),
    )
    port = models.PositiveIntegerField(
        verbose_name=_('port'),
        blank=True,
        null=True,
        validators=[MinValueValidator(1), MaxValueValidator(65535)],
        help_text=_("TCP port of the management protocol; empty for the driver's own"),
    )
    confirm_seconds = models.PositiveIntegerField(
        verbose_name=_('confirm within'),
        default=60,
        validators=[MinValueValidator(30), MaxValueValidator(3600)],
        help_text=_('Seconds after which a router takes back a change that was not confirmed'),
    )
    keepalive = models.PositiveSmallIntegerField(
        verbose_name=_('keepalive'),
        default=10,
        validators=[MaxValueValidator(21845)],
        help_text=_('Seconds between keepalives of a session (RFC 4271: a third of the hold time)'),
    )
    hold_time = models.PositiveSmallIntegerField(
        verbose_name=_('hold time'),
        default=30,
        validators=[MaxValueValidator(65535)],
        help_text=_(
            'Seconds without a keepalive after which a session is down; 0 for never, else 3 or more (RFC 4271)'
        ),
    )
    workers = models.PositiveSmallIntegerField(
        verbose_name=_('workers'),
        default=50,
        validators=[MinValueValidator(1), MaxValueValidator(200)],
        help_text=_('How many routers are talked to at once'),
    )
    max_prefixes = models.PositiveIntegerField(
        verbose_name=_('maximum prefixes'),
        blank=True,
        null=True,
        validators=[MinValueValidator(1)],
        help_text=_('Prefixes from one node above which a router warns; the session stays. Empty for no warning'),
    )
    verify_host = models.BooleanField(
        verbose_name=_('verify host key'),
        default=True,
        help_text=_('Refuse a router whose SSH host key is not known to the worker'),
    )

    clone_fields = (
        'platform', 'driver', 'template_set', 'credential', 'port', 'confirm_seconds', 'keepalive', 'hold_time',
        'workers', 'max_prefixes', 'verify_host', 'description',
    )  # fmt: skip

    # NetBox would link to a page among its own documentation.
    docs_url = None

    class Meta:
        ordering = ('name',)
        verbose_name = _('Calico switch profile')
        verbose_name_plural = _('Calico switch profiles')
        constraints = (
            models.UniqueConstraint(
                fields=('platform',),
                name='%(app_label)s_%(class)s_unique_platform',
                condition=Q(platform__isnull=False),
                violation_error_message=_('Another profile is the default of this platform already.'),
            ),
            models.CheckConstraint(
                condition=Q(hold_time=0) | Q(hold_time__gte=3),
                name='%(app_label)s_%(class)s_hold_time',
                violation_error_message=_('The hold time is 0 or at least 3 seconds (RFC 4271).'),
            ),
            models.CheckConstraint(
                condition=Q(hold_time=0) | Q(keepalive__lt=F('hold_time')),
                name='%(app_label)s_%(class)s_keepalive',
                violation_error_message=_('The keepalive must be shorter than the hold time.'),
            ),
        )

    def clean(self):
        super().clean()
        check_credential(self, 'credential')
        if (self.driver == DriverChoices.GOBGP) != (self.template_set == TemplateSetChoices.GOBGP):
            raise ValidationError({'template_set': _('The driver of GoBGP and its templates go together.')})

    def get_driver_color(self):
        return DriverChoices.colors.get(self.driver)

    def get_template_set_color(self):
        return TemplateSetChoices.colors.get(self.template_set)
