"""What a sync found in a cluster, to pick from. What is picked becomes objects, as the person who picked it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from netbox.views import generic
from utilities.views import ViewTab, register_model_view

from netbox_calico.choices import ServiceRangeKindChoices
from netbox_calico.compat import get_permission_for_model
from netbox_calico.documents import found_of
from netbox_calico.models import CalicoCluster
from netbox_calico.planning.errors import CalicoError
from netbox_calico.proposal import accept

_KINDS = ('nodes', 'pools', 'ranges')


def _was_read(cluster):
    return bool(getattr(cluster, 'state', None) and cluster.state.proposal_id)


@register_model_view(CalicoCluster, 'found')
class CalicoClusterFoundView(generic.ObjectView):
    queryset = CalicoCluster.objects.select_related('state__proposal', 'vrf')
    template_name = 'netbox_calico/calicocluster_found.html'
    actions = ()
    tab = ViewTab(label=_('Found'), visible=_was_read, permission='netbox_calico.sync_calicocluster', weight=490)

    def get_required_permission(self):
        return get_permission_for_model(self.queryset.model, 'sync')

    def get_extra_context(self, request, instance):
        proposal = found_of(instance, request.user)
        return {
            'proposal': proposal,
            'kinds': dict(ServiceRangeKindChoices),
            'new': sum(not entry['known'] for name in _KINDS for entry in proposal[name]),
        }

    def post(self, request, pk):
        instance = self.get_object(pk=pk)
        picked = {name: request.POST.getlist(name) for name in _KINDS}
        try:
            count = accept(instance, found_of(instance, request.user), **picked, user=request.user)
        except CalicoError as exc:
            messages.error(request, str(exc))
        except ValidationError as exc:
            messages.error(request, ' '.join(exc.messages))
        else:
            added = ngettext('{count} object was added.', '{count} objects were added.', count)
            messages.success(request, added.format(count=count))
        return redirect(request.path)
