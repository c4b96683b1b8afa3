"""Switch profiles in REST."""

from __future__ import annotations

from dcim.api.serializers import PlatformSerializer
from netbox.api.fields import ChoiceField, RelatedObjectCountField
from netbox.api.serializers import OrganizationalModelSerializer

from netbox_calico.choices import DriverChoices, TemplateSetChoices
from netbox_calico.models import CalicoSwitchProfile


class CalicoSwitchProfileSerializer(OrganizationalModelSerializer):
    platform = PlatformSerializer(nested=True, required=False, allow_null=True, default=None)
    driver = ChoiceField(choices=DriverChoices, required=False)
    template_set = ChoiceField(choices=TemplateSetChoices, required=False)
    router_count = RelatedObjectCountField('routers')

    class Meta:
        model = CalicoSwitchProfile
        fields = (
            'id', 'url', 'display_url', 'display', 'name', 'slug', 'platform', 'driver', 'template_set', 'credential',
            'port', 'verify_host', 'workers', 'confirm_seconds', 'keepalive', 'hold_time', 'max_prefixes',
            'description', 'owner', 'comments', 'tags', 'custom_fields', 'created', 'last_updated', 'router_count',
        )  # fmt: skip
        brief_fields = ('id', 'url', 'display', 'name', 'slug', 'description')
