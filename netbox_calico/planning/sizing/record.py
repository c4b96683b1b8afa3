"""Sizing as JSON: whole numbers where they are, an exact mean as a text where they are not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from .measured import CONDITIONS, Measured
from .recommend import Recommendation
from .scale import Scale
from .sized import Sized, Speakers
from .spread import Spread
from .typha import typha_replicas


def sizing_record(scale: Scale, designs: Iterable[Sized], recommended: Recommendation) -> dict[str, Any]:
    """Everything that sizing says, as a JSON object."""
    return {
        'scale': asdict(scale),
        'typha_replicas': typha_replicas(scale),
        'recommended': {**_named(recommended.design), 'reason': recommended.reason},
        'measured_conditions': CONDITIONS,
        'designs': [_design(design) for design in designs],
    }


def _named(design: Sized) -> dict[str, Any]:
    return {'design': design.key, 'scheme': design.scheme, 'label': design.label}


def _design(design: Sized) -> dict[str, Any]:
    return {
        **_named(design),
        'refused': design.refused,
        'sessions': design.sessions,
        'bgp_peers': design.bgp_peers,
        'selector_evaluations': design.evaluations,
        'as_numbers': design.as_numbers,
        'reflector_sets': design.reflector_sets,
        'speakers': {speakers.role: _speakers(speakers) for speakers in design.speakers},
        'measured': _measured(design.measured) if design.measured else None,
        'findings': [
            {'severity': finding.severity, 'code': finding.code, 'message': finding.message}
            for finding in design.findings
        ],
    }


def _speakers(speakers: Speakers) -> dict[str, Any]:
    return {
        'count': speakers.count,
        'sessions': _spread(speakers.sessions),
        'routes': speakers.routes,
        'paths': _spread(speakers.paths),
        'clients': _spread(speakers.clients),
    }


def _spread(spread: Spread | None) -> dict[str, Any] | None:
    if spread is None:
        return None
    return {'least': spread.least, 'most': spread.most, 'mean': str(spread.mean)}


def _measured(row: Measured) -> dict[str, Any]:
    return asdict(row)
