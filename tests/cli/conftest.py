"""The files of a small cluster, for the commands that read manifests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.manifests import NODES, RESOURCES


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    (tmp_path / 'dc1.yaml').write_text(NODES)
    (tmp_path / 'resources.yaml').write_text(RESOURCES)
    return [str(tmp_path / 'dc1.yaml'), str(tmp_path / 'resources.yaml')]
