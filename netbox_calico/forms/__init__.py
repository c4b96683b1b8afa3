"""Forms, a file a noun: edit, bulk edit, import, filter."""

from .cluster import CalicoClusterBulkEditForm, CalicoClusterFilterForm, CalicoClusterForm, CalicoClusterImportForm
from .node import CalicoNodeBulkEditForm, CalicoNodeFilterForm, CalicoNodeForm, CalicoNodeImportForm
from .peering import CalicoPeeringBulkEditForm, CalicoPeeringFilterForm, CalicoPeeringForm, CalicoPeeringImportForm
from .plan import ApproveForm, CalicoPlanFilterForm, DigestForm, PlanForm
from .pool import CalicoPoolBulkEditForm, CalicoPoolFilterForm, CalicoPoolForm, CalicoPoolImportForm
from .router import CalicoRouterBulkEditForm, CalicoRouterFilterForm, CalicoRouterForm, CalicoRouterImportForm
from .run import CalicoRunFilterForm
from .service_range import (
    CalicoServiceRangeBulkEditForm,
    CalicoServiceRangeFilterForm,
    CalicoServiceRangeForm,
    CalicoServiceRangeImportForm,
)
from .switch_profile import (
    CalicoSwitchProfileBulkEditForm,
    CalicoSwitchProfileFilterForm,
    CalicoSwitchProfileForm,
    CalicoSwitchProfileImportForm,
)

__all__ = (
    'ApproveForm',
    'CalicoClusterBulkEditForm',
    'CalicoClusterFilterForm',
    'CalicoClusterForm',
    'CalicoClusterImportForm',
    'CalicoNodeBulkEditForm',
    'CalicoNodeFilterForm',
    'CalicoNodeForm',
    'CalicoNodeImportForm',
    'CalicoPeeringBulkEditForm',
    'CalicoPeeringFilterForm',
    'CalicoPeeringForm',
    'CalicoPeeringImportForm',
    'CalicoPlanFilterForm',
    'CalicoPoolBulkEditForm',
    'CalicoPoolFilterForm',
    'CalicoPoolForm',
    'CalicoPoolImportForm',
    'CalicoRouterBulkEditForm',
    'CalicoRouterFilterForm',
    'CalicoRouterForm',
    'CalicoRouterImportForm',
    'CalicoRunFilterForm',
    'CalicoServiceRangeBulkEditForm',
    'CalicoServiceRangeFilterForm',
    'CalicoServiceRangeForm',
    'CalicoServiceRangeImportForm',
    'CalicoSwitchProfileBulkEditForm',
    'CalicoSwitchProfileFilterForm',
    'CalicoSwitchProfileForm',
    'CalicoSwitchProfileImportForm',
    'DigestForm',
    'PlanForm',
)
