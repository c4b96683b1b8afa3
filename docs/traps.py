"""Where each trap is met: what traps.toml says, joined with the codes of findings."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from netbox_calico.planning.checks.registry import every

FOLDER = Path(__file__).parent
MUTATIONS = FOLDER / 'mutations.csv'
"""What `python -m tests.mutations` found when it was run last."""
NUMBERS = range(1, 67)
KINDS = {'gate': 'gate', 'order': 'order', 'rule': 'rule', 'docs': 'docs'}


@dataclass(frozen=True, slots=True)
class Trap:
    """``places`` by kind are «file» or «file:what it defines»; ``tests`` the same; ``missing`` is said as it is."""

    title: str
    codes: tuple[str, ...]
    places: Mapping[str, tuple[str, ...]]
    tests: tuple[str, ...]
    missing: str


def traps() -> Mapping[int, Trap]:
    """All of them by number."""
    written = tomllib.loads((FOLDER / 'traps.toml').read_text(encoding='utf-8'))
    codes = [code for group in every().values() for code in group]
    return {
        number: Trap(
            title=entry['title'],
            codes=tuple(sorted(code.name for code in codes if number in code.traps)),
            places={kind: tuple(entry.get(kind, ())) for kind in KINDS},
            tests=tuple(entry.get('tests', ())),
            missing=entry.get('missing', ''),
        )
        for number, entry in ((int(key), entry) for key, entry in written.items())
    }


def page() -> str:
    """The page of all traps."""
    return '\n'.join(_lines()) + '\n'


def _lines() -> Iterator[str]:
    yield '# Traps, and where each is met'
    yield ''
    yield '<!-- Written by `python -m docs.pages` from docs/traps.toml and the codes of checks: change it there. -->'
    yield ''
    yield 'What goes wrong when Calico and routers are brought together, as experienced people know it, as its source'
    yield 'says, or as it was measured. A trap is met by a finding (its code, see [checks](checks.md)), by a gate that'
    yield 'waits, by the order of steps, by a rule of a design or template, or by a sentence in the docs; what is not'
    yield 'met yet is said.'
    yield ''
    yield '| | trap | findings | gates, orders, rules, docs | not yet |'
    yield '|---|---|---|---|---|'
    for number, trap in traps().items():
        codes = ', '.join(f'`{code}`' for code in trap.codes)
        places = '<br>'.join(f'{KINDS[kind]}: {_place(place)}' for kind in KINDS for place in trap.places[kind])
        yield f'| {number} | {trap.title} | {codes} | {places} | {trap.missing} |'
    yield ''
    yield '## Does a test notice?'
    yield ''
    yield 'Each of these was switched off in a copy of the source, one at a time, and the tests that should notice were'
    yield 'run (`python -m tests.mutations`; pure tests alone, so what a real router or API would notice is not tried).'
    yield ''
    yield '| trap | switched off | tests that failed |'
    yield '|---|---|---|'
    with MUTATIONS.open(encoding='utf-8', newline='') as file:
        for row in csv.reader(file):
            yield f'| {" | ".join(row)} |'


def _place(place: str) -> str:
    path, _, name = place.partition(':')
    link = f'[{Path(path).name}](../{path})'
    return f'{link} `{name}`' if name else link
