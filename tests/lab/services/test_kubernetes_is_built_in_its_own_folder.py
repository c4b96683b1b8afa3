"""The build of the Kubernetes API keeps to one folder, and clears up after builds that were killed.

With a stand-in for Go: the real one takes minutes, and is taken by whatever test asks first on a new machine.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lab.services.kubernetes_programs import find_programs

GO = """#!/bin/sh
[ "$1" = env ] && echo go1.99.0 && exit
while [ "$1" != -o ]; do shift; done
mkdir -p "$(dirname "$2")" && echo "$GOTMPDIR" >"$2"
"""


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and a Go that writes down where it works."""
    go = tmp_path / 'bin' / 'go'
    go.parent.mkdir()
    go.write_text(GO)
    go.chmod(0o755)
    monkeypatch.setenv('PATH', f'{go.parent}:{os.environ["PATH"]}')
    monkeypatch.setenv('XDG_CACHE_HOME', str(tmp_path / 'cache'))
    monkeypatch.delenv('KUBEBUILDER_ASSETS', raising=False)
    return tmp_path / 'cache' / 'netbox-calico' / 'kubernetes'


def test_it_works_where_there_is_room_for_it(cache: Path) -> None:
    assert Path(find_programs().kube_apiserver.read_text()).parent == cache


def test_what_a_killed_build_left_is_removed(cache: Path) -> None:
    built = find_programs().etcd.parent
    built.rename(cache / f'building-{built.name}-killed')
    find_programs()
    assert [path.name for path in cache.iterdir() if path.is_dir()] == [built.name]
