"""What a page's button does: ask a job for something, or decide about something. One POST, a message, a redirect."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import View

from netbox_calico.compat import ObjectPermissionRequiredMixin, get_permission_for_model
from netbox_calico.planning.errors import CalicoError


class ActionView(ObjectPermissionRequiredMixin, View):
    """Needs the action's own permission on the object, and the right to see it.

    Subclasses define ``act(request, instance, data)``: do it, tell the user, and answer with the object to show next.
    """

    http_method_names = ['post']
    queryset = None
    action = ''
    form = None

    def get_required_permission(self):
        return get_permission_for_model(self.queryset.model, self.action)

    def post(self, request, pk):
        instance = get_object_or_404(self.queryset.restrict(request.user, 'view'), pk=pk)
        form = self.form(request.POST) if self.form else None
        if form and not form.is_valid():
            for field, errors in form.errors.items():
                messages.error(request, f'{field}: {" ".join(errors)}')
            return redirect(instance.get_absolute_url())
        try:
            target = self.act(request, instance, form.cleaned_data if form else {})
        except CalicoError as exc:
            messages.error(request, str(exc))
            target = instance
        return redirect(target.get_absolute_url())
