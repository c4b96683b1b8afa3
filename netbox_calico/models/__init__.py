"""Three kinds of table: intent, which people own; process, which jobs drive; facts, which jobs write by the thousand.

Class names carry the prefix Calico: NetBox has a ``Cluster`` already, and GraphQL and OpenAPI know no namespaces.
"""

from .blob import CalicoBlob
from .cluster import CalicoCluster
from .deployed import CalicoDeployed
from .lease import CalicoLease
from .node import CalicoNode
from .peering import CalicoPeering
from .plan import CalicoApproval, CalicoPlan, CalicoPlanItem
from .pool import CalicoPool
from .router import CalicoRouter
from .run import CalicoOutcome, CalicoRun, CalicoRunStep
from .service_range import CalicoServiceRange
from .state import CalicoClusterState, CalicoNodeState, CalicoPeeringState, CalicoRouterState
from .switch_profile import CalicoSwitchProfile

__all__ = (
    'CalicoApproval',
    'CalicoBlob',
    'CalicoCluster',
    'CalicoClusterState',
    'CalicoDeployed',
    'CalicoLease',
    'CalicoNode',
    'CalicoNodeState',
    'CalicoOutcome',
    'CalicoPeering',
    'CalicoPeeringState',
    'CalicoPlan',
    'CalicoPlanItem',
    'CalicoPool',
    'CalicoRouter',
    'CalicoRouterState',
    'CalicoRun',
    'CalicoRunStep',
    'CalicoServiceRange',
    'CalicoSwitchProfile',
)
