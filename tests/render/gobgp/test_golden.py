"""What is rendered, as files to read: the file's tables to send, those to take them back, diff and fields.

After an intended change write them anew with ``python -m tests.render.gobgp.test_golden`` and read the difference.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from netbox_calico.render import RENDERERS
from tests.render.frr.sections import section
from tests.render.gobgp.sections import DRAINED, GROWN, TWO_FAMILIES

GOLDEN = Path(__file__).with_name('golden')
CASES = {
    'from_nothing': (section(), TWO_FAMILIES),
    'grown': (TWO_FAMILIES, GROWN),
    'drained': (TWO_FAMILIES, DRAINED),
}


def files(name: str) -> dict[str, str]:
    renderer = RENDERERS['gobgp']
    made = renderer.change(renderer.change('', CASES[name][0]).after, CASES[name][1])
    lines = ''.join(f'{item.field}: {item.old or "-"} -> {item.new or "-"}\n' for item in made.changes)
    return {f'{name}.toml': made.artefact, f'{name}.diff': made.diff, f'{name}.changes': lines}


@pytest.mark.parametrize('name', CASES)
def test_rendered_as_reviewed(name: str) -> None:
    assert files(name) == {path: (GOLDEN / path).read_text(encoding='utf-8') for path in files(name)}


if __name__ == '__main__':
    for case in CASES:
        for path, text in files(case).items():
            (GOLDEN / path).write_text(text, encoding='utf-8')
