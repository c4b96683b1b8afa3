"""What the stand-in renders, reviewed as text, and understood by the BIRD that the lab runs."""

from __future__ import annotations

import subprocess

import pytest

from lab.datacentre import BIRD
from tests.lab.agent.configurations import FOLDER, rendered

FILES = dict(rendered())
# Newer ones say so where the option is not given, which older ones do not know.
MD5 = 'Missing authentication option, assuming MD5'


@pytest.mark.parametrize('file', FILES)
def test_the_configuration_is_the_reviewed_one(file: str) -> None:
    assert FILES[file] == (FOLDER / file).read_text(encoding='ascii')


def test_every_golden_text_belongs_to_a_configuration() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(FILES)


@pytest.mark.parametrize('file', [file for file in FILES if '-bird2-' in file])
def test_bird_understands_it(file: str) -> None:
    done = subprocess.run([BIRD, '-p', '-c', FOLDER / file], capture_output=True, text=True, check=False)

    assert [line for line in done.stderr.splitlines() if MD5 not in line] == []
    assert done.returncode == 0
