"""What the tables of one kind have in common, and the checks that several models share."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from netbox.models.features import (
    BookmarksMixin,
    CustomLinksMixin,
    EventRulesMixin,
    ExportTemplatesMixin,
    JobsMixin,
    JournalingMixin,
    NotificationsMixin,
)
from netbox.plugins import get_plugin_config

from netbox_calico.compat import BaseModel, RestrictedQuerySet, get_viewname


class Process(
    JobsMixin,
    BookmarksMixin,
    CustomLinksMixin,
    EventRulesMixin,
    ExportTemplatesMixin,
    JournalingMixin,
    NotificationsMixin,
    BaseModel,
):
    """A plan or a run. Not change-logged: its own rows are the record, and it never belongs to a branch."""

    class Meta:
        abstract = True

    def get_absolute_url(self):
        return reverse(get_viewname(self), args=[self.pk])


class Fact(models.Model):
    """A row that a job writes. Private to NetBox's generic machinery; readable through its parent's permission only."""

    _netbox_private = True

    objects = RestrictedQuerySet.as_manager()

    class Meta:
        abstract = True


def credential_names():
    """The names that ``PLUGINS_CONFIG`` gives a reference to, in order."""
    return sorted(get_plugin_config('netbox_calico', 'credentials', {}))


def check_credential(instance, field):
    """Refuse a credential name that ``PLUGINS_CONFIG`` does not know; one that stands there already is kept."""
    name = getattr(instance, field)
    names = credential_names()
    if name and name not in names and not type(instance).objects.filter(pk=instance.pk, **{field: name}).exists():
        raise ValidationError(
            {
                field: _(
                    "There is no credential '{name}'. Add it to PLUGINS_CONFIG['netbox_calico']['credentials'] "
                    'or use one of: {names}.'
                ).format(name=name, names=', '.join(names) or _('none is configured'))
            }
        )


def name_of(instance, field):
    """The name of a related object for ``__str__``; its key's sign where GraphQL has hidden it from the user."""
    related = getattr(instance, field, None)
    return str(related) if related is not None else f'#{getattr(instance, f"{field}_id")}'
