"""What a sync found in a cluster, to pick from. What is picked becomes objects, as the person who picked it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils.translation import gettext as _t
from netbox.views import generic
from utilities.views import register_model_view

from netbox_calico.compat import get_permission_for_model
from netbox_calico.documents import read
from netbox_calico.models import CalicoCluster
from netbox_calico.planning.errors import CalicoError
from netbox_calico.proposal import accept


@register_model_view(CalicoCluster, 'found')
class CalicoClusterFoundView(generic.ObjectView):
    queryset = CalicoCluster.objects.select_related('state__proposal', 'vrf')
    template_name = 'netbox_calico/calicocluster_found.html'
    actions = ()

    def get_required_permission(self):
        return get_permission_for_model(self.queryset.model, 'sync')

    def get_extra_context(self, request, instance):
        return {'proposal': self._proposal(instance)}

    def post(self, request, pk):
        instance = self.get_object(pk=pk)
        picked = {name: request.POST.getlist(name) for name in ('nodes', 'pools', 'ranges')}
        try:
            count = accept(instance, self._proposal(instance), **picked, user=request.user)
        except CalicoError as exc:
            messages.error(request, str(exc))
        except ValidationError as exc:
            messages.error(request, ' '.join(exc.messages))
        else:
            messages.success(request, _t('{count} objects were added.').format(count=count))
            return redirect(instance.get_absolute_url())
        return redirect(request.path)

    def _proposal(self, instance):
        state = getattr(instance, 'state', None)
        return read(state.proposal if state else None) or {'nodes': [], 'missing': [], 'pools': [], 'ranges': []}
