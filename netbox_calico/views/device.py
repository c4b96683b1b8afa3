"""What pages of devices and virtual machines show of us, loaded after the page: its own queries stay as they are."""

from __future__ import annotations

from dcim.models import Device
from django.db.models import Q
from netbox.views import generic
from utilities.views import register_model_view
from virtualization.models import VirtualMachine

from netbox_calico.models import CalicoNode, CalicoPeering, CalicoRouter

_SHOWN = 10


class _HostPanelView(generic.ObjectView):
    """Everything is restricted to what the user may see."""

    template_name = 'netbox_calico/inc/host.html'

    def get_extra_context(self, request, instance):
        user = request.user
        nodes = (
            CalicoNode.objects.restrict(user, 'view').filter(self.nodes(instance)).select_related('cluster', 'state')
        )
        routers = (
            CalicoRouter.objects.restrict(user, 'view')
            .filter(self.routers(instance))
            .select_related('device', 'asn', 'profile', 'state')
        )
        node, router = nodes.first(), routers.first()
        ends = Q(pk__in=[])
        if node:
            ends |= Q(node=node) | Q(peer_node=node)
        if router:
            ends |= Q(router=router)
        peerings = (
            CalicoPeering.objects.restrict(user, 'view')
            .filter(ends)
            .select_related('cluster', 'node', 'router__device', 'peer_node', 'state')
        )
        shown = list(peerings[: _SHOWN + 1])
        return {'node': node, 'router': router, 'peerings': shown[:_SHOWN], 'more': len(shown) > _SHOWN}


@register_model_view(Device, 'calico', path='calico')
class DeviceCalicoView(_HostPanelView):
    queryset = Device.objects.all()

    def nodes(self, instance):
        return Q(device=instance)

    def routers(self, instance):
        return Q(device=instance)


@register_model_view(VirtualMachine, 'calico', path='calico')
class VirtualMachineCalicoView(_HostPanelView):
    queryset = VirtualMachine.objects.all()

    def nodes(self, instance):
        return Q(virtual_machine=instance)

    def routers(self, instance):
        return Q(pk__in=[])
