"""The numbers that designs are sized by: those of the cluster, or what somebody wants to know about."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.sizing import Scale
from netbox_calico.planning.sizing.scale import reflectors_for


class SizingForm(forms.Form):
    """``scale`` is what the numbers say, once the form is valid. A number that is not given is the cluster's own."""

    nodes = forms.IntegerField(label=_('Nodes'))
    racks = forms.IntegerField(label=_('Racks'))
    tors = forms.IntegerField(label=_('TORs a rack'))
    reflectors = forms.IntegerField(
        label=_('Reflectors'), required=False, help_text=_('Empty: as many as the options of the cluster say')
    )
    external = forms.IntegerField(label=_('External reflectors'))
    blocks = forms.IntegerField(label=_('Blocks a node'), help_text=_('In each family'))

    def __init__(self, data, cluster, numbers):
        self.cluster = cluster
        super().__init__({**numbers, 'external': 2, 'blocks': 1, **data.dict()})

    def clean(self):
        if self.errors:
            return self.cleaned_data
        options = self.cluster.options
        numbers = self.cleaned_data
        reflectors = numbers['reflectors']
        if reflectors is None:
            reflectors = reflectors_for(numbers['nodes'], options)
        try:
            self.scale = Scale(
                **{**numbers, 'reflectors': reflectors},
                families=tuple(self.cluster.families),
                redundancy=min(options.redundancy, max(1, reflectors)),
                spines=options.spine_reflectors,
            )
        except InvalidInput as exc:
            raise forms.ValidationError(str(exc)) from exc
        return numbers
