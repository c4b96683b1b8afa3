"""What the plugin adds to NetBox's GraphQL query."""

import strawberry
import strawberry_django

from netbox_calico.graphql import types


@strawberry.type(name='Query')
class CalicoQuery:
    calico_cluster: types.CalicoClusterType = strawberry_django.field()
    calico_cluster_list: list[types.CalicoClusterType] = strawberry_django.field()

    calico_node: types.CalicoNodeType = strawberry_django.field()
    calico_node_list: list[types.CalicoNodeType] = strawberry_django.field()

    calico_router: types.CalicoRouterType = strawberry_django.field()
    calico_router_list: list[types.CalicoRouterType] = strawberry_django.field()

    calico_switch_profile: types.CalicoSwitchProfileType = strawberry_django.field()
    calico_switch_profile_list: list[types.CalicoSwitchProfileType] = strawberry_django.field()

    calico_pool: types.CalicoPoolType = strawberry_django.field()
    calico_pool_list: list[types.CalicoPoolType] = strawberry_django.field()

    calico_service_range: types.CalicoServiceRangeType = strawberry_django.field()
    calico_service_range_list: list[types.CalicoServiceRangeType] = strawberry_django.field()

    calico_peering: types.CalicoPeeringType = strawberry_django.field()
    calico_peering_list: list[types.CalicoPeeringType] = strawberry_django.field()

    calico_plan: types.CalicoPlanType = strawberry_django.field()
    calico_plan_list: list[types.CalicoPlanType] = strawberry_django.field()

    calico_run: types.CalicoRunType = strawberry_django.field()
    calico_run_list: list[types.CalicoRunType] = strawberry_django.field()


schema = [CalicoQuery]
