"""What is rendered, as files to read: section, lines to send, lines to take them back, diff.

After an intended change write them anew with ``python -m tests.render.frr.test_golden`` and read the difference.
"""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from netbox_calico.planning.model.intent import RouterSection
from netbox_calico.planning.ports import SectionChange
from netbox_calico.render import RENDERERS
from tests.render.frr.sections import group, section

GOLDEN = Path(__file__).with_name('golden')
TWO_FAMILIES = section(group(4, password_key='tor1', no_advertise=True), group(6, password_key='tor1'))
GROWN = section(
    group(
        4,
        password_key='tor1',
        nodes=(ip_address('10.1.1.12'), ip_address('10.1.1.13')),
        permitted=(ip_network('10.244.0.0/16'), ip_network('192.168.0.0/20')),
    ),
    group(6, password_key='tor1-new', maximum_prefix=2000),
)
DRAINED = replace(TWO_FAMILIES, groups=tuple(replace(found, drained=True) for found in TWO_FAMILIES.groups))
CASES = {
    'from_nothing': (section(), TWO_FAMILIES),
    'grown': (TWO_FAMILIES, GROWN),
    'drained': (TWO_FAMILIES, DRAINED),
    'to_nothing': (GROWN, section()),
}


def change(first: RouterSection, second: RouterSection) -> SectionChange:
    renderer = RENDERERS['frr']
    return renderer.change(renderer.change('', first).after, second)


def files(name: str) -> dict[str, str]:
    made = change(*CASES[name])
    lines = ''.join(f'{item.field}: {item.old or "-"} -> {item.new or "-"}\n' for item in made.changes)
    texts = {'section': made.after, 'artefact': made.artefact, 'undo': made.undo, 'diff': made.diff, 'changes': lines}
    return {f'{name}.{part}': text for part, text in texts.items()}


@pytest.mark.parametrize('name', CASES)
def test_rendered_as_reviewed(name: str) -> None:
    assert files(name) == {path: (GOLDEN / path).read_text(encoding='utf-8') for path in files(name)}


if __name__ == '__main__':
    for case in CASES:
        for path, text in files(case).items():
            (GOLDEN / path).write_text(text, encoding='utf-8')
