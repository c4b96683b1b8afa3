"""For every code a trouble that it is for, and one close to it that it is not for."""

from __future__ import annotations

from collections.abc import Mapping

from . import (
    of_calico,
    of_designs,
    of_external_reflectors,
    of_inventory,
    of_reflectors,
    of_resources,
    of_routers,
    of_surroundings,
)
from .example import Example, Manifests

EXAMPLES: Mapping[str, Example | Manifests] = {
    **of_inventory.EXAMPLES,
    **of_resources.EXAMPLES,
    **of_routers.EXAMPLES,
    **of_calico.EXAMPLES,
    **of_surroundings.EXAMPLES,
    **of_reflectors.EXAMPLES,
    **of_external_reflectors.EXAMPLES,
    **of_designs.EXAMPLES,
}
