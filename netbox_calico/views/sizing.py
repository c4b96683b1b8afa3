"""A tab of a cluster's page: what every design would need for its nodes and racks, or for more of them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from netbox.views import generic
from utilities.views import ViewTab, register_model_view

from netbox_calico.choices import SeverityChoices
from netbox_calico.cluster_scale import numbers_of
from netbox_calico.designs import options_of
from netbox_calico.forms.sizing import SizingForm
from netbox_calico.models import CalicoCluster
from netbox_calico.planning.model.options import Scheme
from netbox_calico.planning.sizing import CONDITIONS, recommend, remarks, side_by_side, typha_replicas
from netbox_calico.planning.sizing.readable import row


@register_model_view(CalicoCluster, 'sizing')
class CalicoClusterSizingView(generic.ObjectView):
    queryset = CalicoCluster.objects.all()
    template_name = 'netbox_calico/calicocluster_sizing.html'
    actions = ()
    tab = ViewTab(label=_('Sizing'), permission='netbox_calico.view_caliconode', weight=570)

    def get_extra_context(self, request, instance):
        own = numbers_of(instance, request.user)
        form = SizingForm(request.GET, instance, own)
        return {
            # Of what is named form, NetBox would tell the errors a second time.
            'numbers': form,
            'empty': not own['nodes'] and not request.GET,
            **(_sizing(instance, form.scale) if form.is_valid() else {}),
        }


def _sizing(cluster, scale):
    designs, recommended = side_by_side(scale), recommend(scale)
    schemes = (None, cluster.options.scheme if 'scheme' in options_of(cluster.design) else Scheme.PER_ROUTER)
    return {
        'scale': scale,
        'typha': typha_replicas(scale),
        'recommended': recommended,
        'designs': [
            {
                'row': row(design),
                'refused': design.refused,
                'recommended': design == recommended.design,
                'own': design.key == cluster.design and design.scheme in schemes,
            }
            for design in designs
        ],
        'remarks': [
            {
                'label': dict(SeverityChoices)[remark.severity],
                'color': SeverityChoices.colors[remark.severity],
                'message': remark.message,
                'designs': remark.designs,
            }
            for remark in remarks(designs)
        ],
        'conditions': CONDITIONS,
        'measured': list(dict.fromkeys(design.measured for design in designs if design.measured)),
    }
