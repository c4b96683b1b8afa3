"""What a data centre on this machine needs of it. Where something is missing, the demo shows a recorded cluster.

`python -m lab.needs` ends with 1 then, so that the set-up builds no Kubernetes for nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from lab import frr
from lab.datacentre import BIRD

_TOOLS = {'ip': 'iproute2', 'nft': 'nftables', 'sudo': 'sudo'}


def missing() -> list[str]:
    """What is missing for a lab, in words: rights first, then programs with their Debian packages."""
    packages = {package: None for program, package in {**frr.NEEDED, BIRD: 'bird2'}.items() if not program.exists()}
    packages |= {package: None for tool, package in _TOOLS.items() if not _has(tool)}
    return [*_missing_rights(), *(f'the package {package}' for package in packages)]


def _missing_rights() -> list[str]:
    if os.geteuid():
        return ['root']
    # Root of a container may be refused what root of a machine may do.
    tried = subprocess.run(['unshare', '--net', '--mount', 'true'], capture_output=True)
    return ['the right to make network namespaces'] if tried.returncode else []


def _has(tool: str) -> bool:
    # An ordinary user's PATH may lack the administrator's folders.
    return bool(shutil.which(tool) or any(Path(folder, tool).exists() for folder in ('/usr/sbin', '/sbin')))


if __name__ == '__main__':
    sys.exit(1 if missing() else 0)
