"""The Chromium that drives the browser tests: the system's, or the one that Playwright fetched."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from lab.errors import LabError


def find_program() -> Path:
    """The browser for Playwright's `executable_path`. Raises LabError when there is none.

    Ubuntu's /usr/bin/chromium-browser is not looked at: it only starts a snap, which cannot be driven from outside.
    """
    for name in ('chromium', 'google-chrome'):
        if program := shutil.which(name):
            return Path(program)
    fetched = Path(os.environ.get('PLAYWRIGHT_BROWSERS_PATH') or Path.home() / '.cache' / 'ms-playwright')
    for program_file in sorted(fetched.glob('chromium-*/chrome-linux*/chrome'), reverse=True):
        return program_file
    raise LabError('no Chromium: install the package chromium, or run `playwright install --with-deps chromium`')
