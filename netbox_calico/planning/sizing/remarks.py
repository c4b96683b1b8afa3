"""What is to be said of designs, each thing once, with the designs that it is said of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from netbox_calico.planning.model.plan import Severity

from .sized import Sized

_ORDER = tuple(Severity)


@dataclass(frozen=True, slots=True)
class Remark:
    severity: Severity
    message: str
    designs: tuple[str, ...]


def remarks(designs: Iterable[Sized]) -> tuple[Remark, ...]:
    """The findings of all designs, errors first; what is the same for several is brought together."""
    said: dict[tuple[Severity, str], list[str]] = {}
    for design in designs:
        for finding in design.findings:
            said.setdefault((finding.severity, finding.message), []).append(design.label)
    found = [Remark(severity, message, tuple(labels)) for (severity, message), labels in said.items()]
    return tuple(sorted(found, key=lambda remark: _ORDER.index(remark.severity)))
