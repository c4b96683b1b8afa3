"""What the custom actions of the view sets share: who may, what is refused, what is answered."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.response import Response

from netbox_calico.planning.errors import CalicoError


class Conflict(APIException):
    """What was asked cannot be done as things are; the detail says why and what to do."""

    status_code = status.HTTP_409_CONFLICT
    default_code = 'conflict'


class ActionsMixin:
    """For a view set with ``action_permissions``: the permission class of each custom action by its name."""

    action_permissions = {}

    def get_permissions(self):
        if permission := self.action_permissions.get(self.action):
            return [permission()]
        return super().get_permissions()

    def permitted(self, pk):
        """The object, if the user may both see it and do this with it; else 404, so that nothing is told of it."""
        verb = self.action_permissions[self.action].action
        queryset = self.queryset.model.objects.restrict(self.request.user, 'view').restrict(self.request.user, verb)
        return get_object_or_404(queryset, pk=pk)

    def validated(self, serializer_class):
        """The request's data, checked."""
        serializer = serializer_class(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def handle_exception(self, exc):
        if isinstance(exc, CalicoError):
            exc = Conflict(str(exc))
        return super().handle_exception(exc)

    def accepted(self, serializer_class, instance):
        """202 with our object: the work is done by a job."""
        serializer = serializer_class(instance, context={'request': self.request})
        return Response(serializer.data, status=status.HTTP_202_ACCEPTED)
