"""One permission class an action: by itself a POST asks for the permission to add objects and a GET for that to view
them, which is not meant.
"""

from __future__ import annotations

from netbox_calico.compat import TokenPermissions


class _ActionPermission(TokenPermissions):
    action = ''

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        needed = [f'%(app_label)s.{cls.action}_%(model_name)s']
        cls.perms_map = {**TokenPermissions.perms_map, 'GET': needed, 'HEAD': needed, 'POST': needed}


class SyncPermission(_ActionPermission):
    action = 'sync'


class PlanPermission(_ActionPermission):
    action = 'plan'


class ApprovePermission(_ActionPermission):
    action = 'approve'


class DeployPermission(_ActionPermission):
    action = 'deploy'


class ControlPermission(_ActionPermission):
    action = 'control'
