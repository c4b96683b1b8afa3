"""The routers, through Nornir and NAPALM: implements ``planning.ports.FleetPort``."""

from .fleet import SwitchFleet
from .target import RouterTarget

__all__ = ['RouterTarget', 'SwitchFleet']
