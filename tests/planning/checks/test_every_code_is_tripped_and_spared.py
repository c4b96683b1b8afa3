"""A code that nothing trips is no check, and one that everything trips is no help."""

from __future__ import annotations

import pytest

from netbox_calico.planning.checks.registry import codes
from netbox_calico.planning.plan import make_plan
from tests.planning.checks.examples import EXAMPLES
from tests.planning.checks.troubled import Trouble
from tests.planning.world import RENDERERS, observation, snapshot

CODES = codes()


def found(code: str, trouble: Trouble) -> set[str]:
    """The severities with which a plan finds the code."""
    example = EXAMPLES[code]
    wish = snapshot(**example.cluster)  # type: ignore[arg-type]
    plan = make_plan(*trouble(wish, observation(wish)), example.kind, RENDERERS)
    return {finding.severity for finding in plan.findings if finding.code == code}


@pytest.mark.parametrize('code', CODES)
def test_it_is_tripped(code: str) -> None:
    assert found(code, EXAMPLES[code].trips) == {CODES[code].severity}


@pytest.mark.parametrize('code', CODES)
def test_it_is_spared(code: str) -> None:
    assert found(code, EXAMPLES[code].spares) == set()


def test_there_is_no_example_of_a_code_that_is_gone() -> None:
    assert EXAMPLES.keys() == CODES.keys()
