"""From intent to what a device understands: one renderer a template set, chosen by name.

A new network OS is a new folder and a new line in ``RENDERERS``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from netbox_calico.planning.ports import SectionReader, SectionRenderer

from .frr import FrrSections
from .gobgp import GobgpSections


class Sections(SectionRenderer, SectionReader, Protocol):
    """What a template set offers: it writes our section of a router and reads it back."""


RENDERERS: Mapping[str, Sections] = {'frr': FrrSections(), 'gobgp': GobgpSections()}
