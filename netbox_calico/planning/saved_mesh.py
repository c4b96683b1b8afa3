"""The settings of the mesh that are kept in an annotation while it is off, as far as Calico would take them back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .annotation import json_object
from .errors import InvalidInput
from .expansion.fields import Fields
from .expansion.specs import bgp_configuration
from .model.observation import Resource
from .naming import SAVED_MESH


def saved_settings(default: Resource) -> Mapping[str, Any]:
    """Those of BGPConfiguration `default`; none where somebody wrote what is none into the annotation."""
    saved = json_object(default.annotations, SAVED_MESH)
    try:
        bgp_configuration(Fields(default.name, saved))
    except InvalidInput:
        return {}
    return saved
