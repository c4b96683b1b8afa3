"""Helpers of NetBox that its documentation for plugins does not name, so that a new release breaks one file.

What stands here is imported from nowhere else. Models, and what they are in forms, REST and GraphQL, are imported where
they are used: they are what NetBox is made of.
Names are resolved when they are asked for: models need some of them before NetBox's filters and forms can be imported.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_SOURCES = {
    'core.choices': ('JobIntervalChoices', 'JobStatusChoices'),
    'core.exceptions': ('JobFailed',),
    'core.models': ('Job', 'ObjectChange', 'ObjectType'),
    'extras.ui.panels': ('CustomFieldsPanel', 'TagsPanel'),
    'ipam.fields': ('ASNField',),
    'netbox.api.authentication': ('TokenPermissions',),
    'netbox.config': ('get_config',),
    'netbox.constants': ('ADVISORY_LOCK_KEYS',),
    'netbox.context': ('current_request',),
    'netbox.forms.mixins': ('SavedFiltersMixin',),
    'netbox.models': ('BaseModel',),
    'tenancy.filtersets': ('TenancyFilterSet',),
    'tenancy.forms': ('TenancyFilterForm', 'TenancyForm'),
    'tenancy.tables': ('TenancyColumnsMixin',),
    'utilities.exceptions': ('AbortRequest',),
    'utilities.filters': ('MultiValueCharFilter', 'MultiValueNumberFilter', 'TreeNodeMultipleChoiceFilter'),
    'utilities.forms': ('BOOLEAN_WITH_BLANK_CHOICES', 'add_blank_choice', 'get_field_value'),
    'utilities.forms.mixins': ('FilterModifierMixin',),
    'utilities.forms.widgets': ('BulkEditNullBooleanSelect', 'HTMXSelect'),
    'utilities.htmx': ('htmx_partial',),
    'utilities.permissions': ('get_permission_for_model',),
    'utilities.query': ('count_related',),
    'utilities.querysets': ('RestrictedPrefetch', 'RestrictedQuerySet'),
    'utilities.string': ('humanize_duration',),
    'utilities.views': ('GetRelatedModelsMixin', 'ObjectPermissionRequiredMixin', 'get_viewname'),
}
_SOURCE_OF = {name: module for module, names in _SOURCES.items() for name in names}


def __getattr__(name: str) -> Any:
    try:
        module = _SOURCE_OF[name]
    except KeyError:
        raise AttributeError(f'netbox_calico.compat has no {name}') from None
    return getattr(import_module(module), name)
