"""What the agent passes over in silence, told: resources that do not do what whoever wrote them meant."""

from __future__ import annotations

from collections.abc import Iterator

from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.model.plan import Finding, Severity
from netbox_calico.planning.selectors import parse

from .endpoint import split_endpoint
from .fields import read_address
from .objects import BGPPeer, SecretKey
from .resources import Resources


def ignored(resources: Resources) -> tuple[Finding, ...]:
    """The findings of reading the resources, and those about references that lead nowhere; sorted."""
    return ()
