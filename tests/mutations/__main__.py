"""Switches each trap's check, gate, order or rule off in a copy of the source, and runs the tests that should fail.

``python -m tests.mutations [TRAP…]`` prints a table, and writes `docs/mutations.csv` when all were tried. Pure tests
alone are run; what only a real router or API would notice is not tried.
"""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from docs.traps import MUTATIONS as FOUND

from .mutation import Mutation, codes_of_traps, orders, silenced, tripping

ROOT = Path(__file__).parents[2]
COPIED = ('netbox_calico', 'tests', 'docs', 'pyproject.toml')
NOT_CAUGHT, DOES_NOT_FIT = 'not caught', 'does not fit the source any more'

type Row = tuple[int, str, str]
"""Trap, what was switched off, which tests failed."""


def main(wanted: set[int]) -> bool:
    """Try those of these traps (none: of all); whether each was caught."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in COPIED:
            of = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            of(ROOT / name, copy / name)
        rows = [*_findings(copy), *_orders(copy, wanted)]
    rows = sorted(row for row in rows if not wanted or row[0] in wanted)
    for row in rows:
        print(*row, sep=' | ')
    if not wanted:
        with FOUND.open('w', encoding='utf-8', newline='') as file:
            csv.writer(file, lineterminator='\n').writerows(rows)
    return not any(caught.startswith((NOT_CAUGHT, DOES_NOT_FIT)) for _, _, caught in rows)


def _findings(copy: Path) -> Iterator[Row]:
    """All at once: each test is of one code, and of nothing else."""
    failed = tried(silenced(), copy)
    for number, codes in codes_of_traps():
        missed = [code for code in codes if tripping(code) not in failed]
        shown = f'{NOT_CAUGHT}: {", ".join(missed)}' if missed else '`test_it_is_tripped`, of each'
        yield number, 'findings: ' + ', '.join(f'`{code}`' for code in codes), shown


def _orders(copy: Path, wanted: set[int]) -> Iterator[Row]:
    """One at a time, until the first test fails."""
    for one in orders():
        if wanted and one.trap not in wanted:
            continue
        if (copy / one.file).read_text(encoding='utf-8').count(one.old) != 1:
            yield one.trap, one.what, DOES_NOT_FIT
        else:
            failed = tried(one, copy, '--exitfirst')
            yield one.trap, one.what, f'`{re.sub(r"\[.*", "", failed[0].split("::")[-1])}`' if failed else NOT_CAUGHT


def tried(one: Mutation, copy: Path, *options: str) -> list[str]:
    """The tests that failed."""
    path = copy / one.file
    text = path.read_text(encoding='utf-8')
    path.write_text(text.replace(one.old, one.new), encoding='utf-8')
    try:
        run = subprocess.run(
            [sys.executable, '-m', 'pytest', '-q', '-p', 'no:cacheprovider', '--tb=no', '-rf', *options, *one.tests],
            cwd=copy,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        path.write_text(text, encoding='utf-8')
    return re.findall(r'^FAILED (\S+)', run.stdout, re.MULTILINE)


if __name__ == '__main__':
    sys.exit(0 if main({int(text) for text in sys.argv[1:]}) else 1)
