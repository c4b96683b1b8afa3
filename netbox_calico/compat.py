"""Everything we use of NetBox that its plugin documentation does not promise, so that a new release breaks one file."""

from __future__ import annotations

from core.models import Job, ObjectChange, ObjectType
from ipam.fields import ASNField
from netbox.context import current_request
from netbox.forms.mixins import SavedFiltersMixin
from netbox.models import BaseModel
from tenancy.filtersets import TenancyFilterSet
from tenancy.forms import TenancyFilterForm, TenancyForm
from tenancy.tables import TenancyColumnsMixin
from utilities.exceptions import AbortRequest
from utilities.filters import MultiValueCharFilter, MultiValueNumberFilter, TreeNodeMultipleChoiceFilter
from utilities.forms import BOOLEAN_WITH_BLANK_CHOICES, add_blank_choice
from utilities.forms.mixins import FilterModifierMixin
from utilities.forms.widgets import BulkEditNullBooleanSelect
from utilities.htmx import htmx_partial
from utilities.permissions import get_permission_for_model
from utilities.querysets import RestrictedPrefetch, RestrictedQuerySet
from utilities.views import ObjectPermissionRequiredMixin, get_viewname

__all__ = (
    'BOOLEAN_WITH_BLANK_CHOICES',
    'ASNField',
    'AbortRequest',
    'BaseModel',
    'BulkEditNullBooleanSelect',
    'FilterModifierMixin',
    'Job',
    'MultiValueCharFilter',
    'MultiValueNumberFilter',
    'ObjectChange',
    'ObjectPermissionRequiredMixin',
    'ObjectType',
    'RestrictedPrefetch',
    'RestrictedQuerySet',
    'SavedFiltersMixin',
    'TenancyColumnsMixin',
    'TenancyFilterForm',
    'TenancyFilterSet',
    'TenancyForm',
    'TreeNodeMultipleChoiceFilter',
    'add_blank_choice',
    'current_request',
    'get_permission_for_model',
    'get_viewname',
    'htmx_partial',
)
