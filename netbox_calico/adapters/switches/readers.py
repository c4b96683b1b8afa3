"""How to read a router, by the name of its NAPALM driver: NAPALM's own getters lose what the gates need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from napalm.base import NetworkDriver

from netbox_calico.planning.model.observation import RouterRoute, RouterSession

from .frr import FrrReader
from .gobgp import GobgpReader


class DeviceReader(Protocol):
    """Reads one network OS through its driver."""

    def running(self, device: NetworkDriver) -> str:
        """The running configuration, with its secrets."""
        ...

    def quoted(self, password: str) -> str:
        """A password as it stands in the lines that are sent."""
        ...

    def saved(self, device: NetworkDriver, running: str) -> bool:
        """Whether the startup configuration says the same."""
        ...

    def sessions(self, device: NetworkDriver, running: str) -> tuple[RouterSession, ...]:
        """The sessions of both families, by one call."""
        ...

    def table(self, device: NetworkDriver) -> tuple[RouterRoute, ...]:
        """The paths of both families, by one call each."""
        ...


READERS: Mapping[str, DeviceReader] = {'frr': FrrReader(), 'gobgp': GobgpReader()}
