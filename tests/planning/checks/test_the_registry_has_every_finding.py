"""No finding is made under a code that the registry lacks, or with another severity than it says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import netbox_calico
from netbox_calico.planning import checks
from netbox_calico.planning.checks import EVERY_PLAN, TO_EXTERNAL, TO_MESH, TO_REFLECTORS, TO_ROUTERS, code, registry
from netbox_calico.planning.checks.beyond import PROOF, SIZES
from netbox_calico.planning.checks.elsewhere import FINDINGS

SOURCE = Path(netbox_calico.__file__).parent
OF_CHECKS = Path(checks.__file__).parent
SEVERITIES = {'error', 'warning', 'note'}
MAKERS = {'Finding': '', '_error': 'error', '_warning': 'warning', '_note': 'note'}
OTHERS = ('planning/codec.py', 'planning/proof/', 'planning/sizing/')
"""What gives back findings that were made before, and what has codes of its own kind: see below."""


def made() -> Iterator[tuple[str, int, str, str]]:
    """File, line, code and severity of every finding that is made outside the checks; empty where it is no literal."""
    for path in sorted(SOURCE.rglob('*.py')):
        name = str(path.relative_to(SOURCE))
        if OF_CHECKS in path.parents or name.startswith(OTHERS):
            continue
        tree = ast.parse(path.read_text(encoding='utf-8'))
        within = {
            call
            for function in ast.walk(tree)
            if isinstance(function, ast.FunctionDef) and function.name in MAKERS
            for call in ast.walk(function)
        }
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in MAKERS:
                if call in within or not call.args:
                    continue
                severity = MAKERS[call.func.id]
                arguments = call.args
                if not severity:
                    severity, arguments = ast.unparse(arguments[0]).removeprefix('Severity.').lower(), arguments[1:]
                yield name, call.lineno, ast.literal_eval(arguments[0]) if _literal(arguments[0]) else '', severity


def _literal(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_every_finding_made_before_the_checks_is_listed() -> None:
    listed = {(one.name, one.severity.value) for group in FINDINGS.values() for one in group}
    lacking = [
        f'{name}:{line} makes {found or "a finding of no fixed code"} ({severity}): list it in checks/elsewhere.py'
        for name, line, found, severity in made()
        if (found, severity) not in listed
    ]
    assert lacking == []


def test_nothing_is_listed_that_is_not_made() -> None:
    assert {one.name for group in FINDINGS.values() for one in group} == {found for _, _, found, _ in made()}


@pytest.mark.parametrize('path', sorted(OF_CHECKS.glob('*.py')), ids=lambda path: path.stem)
def test_a_check_makes_findings_of_its_declared_codes_alone(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding='utf-8'))
    if path.name != Path(code.__file__).name:
        calls = [
            call.func.id for call in ast.walk(tree) if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
        ]
        assert 'Finding' not in calls
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    declared = {
        node.targets[0].id
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and _declares(node.value)
    }
    promised: set[str] = set()
    for function in functions.values():
        finds = [mark for mark in function.decorator_list if isinstance(mark, ast.Call)]
        names = {name.id for mark in finds for name in mark.args if isinstance(name, ast.Name)}
        if finds:
            assert _used(function, functions, set()) & declared == names, function.name
        promised |= names
    assert promised == declared


def _declares(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and ast.unparse(value.func) in SEVERITIES


def _used(function: ast.FunctionDef, functions: dict[str, ast.FunctionDef], seen: set[str]) -> set[str]:
    """All names in the body of a function and of those of its module that it calls."""
    seen.add(function.name)
    names = {node.id for part in function.body for node in ast.walk(part) if isinstance(node, ast.Name)}
    for name in names & functions.keys() - seen:
        names |= _used(functions[name], functions, seen)
    return names


def test_every_check_is_run_by_some_plan() -> None:
    checked = (*EVERY_PLAN, *TO_ROUTERS, *TO_REFLECTORS, *TO_EXTERNAL, *TO_MESH)
    run = {check.look.__qualname__ + check.look.__module__ for check in checked}
    there = {
        found.look.__qualname__ + found.look.__module__
        for module in vars(checks).values()
        if getattr(module, '__name__', '').startswith(checks.__name__)
        for found in vars(module).values()
        if isinstance(found, code.Check)
    }
    assert run == there


def literals(folder: str) -> set[str]:
    """All texts in the source of a package."""
    return {
        node.value
        for path in (SOURCE / 'planning' / folder).rglob('*.py')
        for node in ast.walk(ast.parse(path.read_text(encoding='utf-8')))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_the_proof_has_the_codes_that_are_listed() -> None:
    assert {text for text in literals('proof') if re.fullmatch('proof-[a-z-]+', text)} == {one.name for one in PROOF}


def test_sizing_has_the_codes_that_are_listed() -> None:
    made = {
        'size-' + ast.literal_eval(call.args[0])
        for path in (SOURCE / 'planning/sizing').glob('*.py')
        for call in ast.walk(ast.parse(path.read_text(encoding='utf-8')))
        if isinstance(call, ast.Call) and ast.unparse(call.func) in SEVERITIES and call.args
    }
    assert made == {one.name for one in SIZES}


def test_no_code_means_two_things() -> None:
    every = [one for group in registry.every().values() for one in group]
    assert len(set(every)) == len({one.name for one in every})


@pytest.mark.parametrize(
    'found', [one for group in registry.every().values() for one in group], ids=lambda found: found.name
)
def test_a_code_tells_in_a_line_what_is_wrong_and_what_to_do(found: code.Code) -> None:
    for words in (found.meaning, found.mend):
        assert words[0].isupper() or words[0].isdigit()
        assert words.endswith(('.', ').'))
        assert '\n' not in words
        assert '|' not in words
    assert set(found.traps) <= set(range(1, 67))
