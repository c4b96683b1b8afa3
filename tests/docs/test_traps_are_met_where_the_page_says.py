"""Every trap has its line, and what the line names is there."""

from __future__ import annotations

import ast
import csv
from pathlib import Path

import pytest

from docs.traps import FOLDER, MUTATIONS, NUMBERS, traps

ROOT = FOLDER.parent
TRAPS = traps()
NAMED = sorted({place for trap in TRAPS.values() for places in trap.places.values() for place in places})
TESTS = sorted({test for trap in TRAPS.values() for test in trap.tests})


def defined(path: Path) -> set[str]:
    """What a file of Python defines: functions, classes, methods and constants."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding='utf-8'))))
    names = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    targets = [
        target
        for node in nodes
        for target in (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
    ]
    return names | {target.id for target in targets if isinstance(target, ast.Name)}


def test_every_trap_has_its_line() -> None:
    assert list(TRAPS) == list(NUMBERS)


@pytest.mark.parametrize('number', NUMBERS)
def test_a_trap_is_met_or_said_not_to_be(number: int) -> None:
    trap = TRAPS[number]
    assert trap.codes or any(trap.places.values()) or trap.missing
    assert '|' not in trap.title + trap.missing


@pytest.mark.parametrize('place', [*NAMED, *TESTS])
def test_what_is_named_is_there(place: str) -> None:
    path, _, name = place.partition(':')
    assert (ROOT / path).is_file()
    if name:
        assert name in defined(ROOT / path)


@pytest.mark.parametrize('number', NUMBERS)
def test_what_is_no_finding_has_a_test_of_its_own(number: int) -> None:
    trap = TRAPS[number]
    if any(trap.places[kind] for kind in ('gate', 'order')):
        assert trap.tests


def test_whatever_was_switched_off_was_noticed() -> None:
    with MUTATIONS.open(encoding='utf-8', newline='') as file:
        rows = list(csv.reader(file))
    assert {int(trap) for trap, _, _ in rows} <= set(NUMBERS)
    assert [row for row in rows if 'test_' not in row[2]] == []
