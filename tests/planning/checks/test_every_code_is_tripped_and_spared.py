"""A code that nothing trips is no check, and one that everything trips is no help."""

from __future__ import annotations

import pytest

from netbox_calico.planning.checks.registry import codes
from tests.planning.checks.examples import EXAMPLES

CODES = codes()


@pytest.mark.parametrize('code', CODES)
def test_it_is_tripped(code: str) -> None:
    severities = {finding.severity for finding in EXAMPLES[code].tripped() if finding.code == code}
    assert severities == {CODES[code].severity}


@pytest.mark.parametrize('code', CODES)
def test_it_is_spared(code: str) -> None:
    assert [finding for finding in EXAMPLES[code].spared() if finding.code == code] == []


def test_there_is_no_example_of_a_code_that_is_gone() -> None:
    assert EXAMPLES.keys() == CODES.keys()
