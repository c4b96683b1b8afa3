"""One thing switched off: where, how, and the tests that should notice."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docs.traps import traps
from tests.planning.checks.examples import EXAMPLES
from tests.planning.checks.examples.example import Manifests

EVERY_CODE = 'tests/planning/checks/test_every_code_is_tripped_and_spared.py'
PLAN = 'netbox_calico/planning/plan.py'
SORTED = 'sorted(set(findings)'


@dataclass(frozen=True, slots=True)
class Mutation:
    """In ``file`` the text ``old``, which stands there once, becomes ``new``."""

    trap: int
    what: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


def orders() -> tuple[Mutation, ...]:
    """Gates, orders and rules."""
    written = tomllib.loads(Path(__file__).with_name('orders.toml').read_text(encoding='utf-8'))
    return tuple(Mutation(**{**entry, 'tests': tuple(entry['tests'])}) for entry in written['mutation'])


def silenced() -> Mutation:
    """No finding is ever told: of each, the test that trips it should notice by itself."""
    return Mutation(0, 'findings', PLAN, SORTED, 'sorted(set()', tuple(map(tripping, EXAMPLES)))


def tripping(code: str) -> str:
    """The test that trips a code."""
    return f'{EVERY_CODE}::test_it_is_tripped[{code}]'


def codes_of_traps() -> Iterator[tuple[int, tuple[str, ...]]]:
    """The codes of each trap that plans can be tripped by."""
    for number, trap in traps().items():
        codes = tuple(code for code in trap.codes if code in EXAMPLES and not isinstance(EXAMPLES[code], Manifests))
        if codes:
            yield number, codes
