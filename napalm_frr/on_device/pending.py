"""A commit that waits for its confirmation, and the timer that takes it back when none comes."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import time
from collections.abc import Iterator

from napalm_frr.on_device.router import Router

REVERT_ATTEMPTS = 30
REVERT_PAUSE = 10  # seconds; with the attempts above a restarting bgpd has five minutes


@contextlib.contextmanager
def applying(router: Router) -> Iterator[None]:
    """One change at a time, the timer's included."""
    handle = os.open(os.path.join(router.folder, 'applying'), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def described(folder: str) -> str:
    """Who committed what, in words; empty when the commit was settled meanwhile."""
    try:
        with open(os.path.join(folder, 'about.json'), encoding='utf-8') as stream:
            about = json.load(stream)
        text = f'by {about["owner"]} at {about["at"]}'
        if about['message']:
            text += f': {about["message"]}'
        if os.path.basename(folder).startswith('confirmed.'):
            text += '; confirmed, but not saved yet'
        elif about['revert_in'] is not None:
            text += f'; to be taken back after {about["revert_in"]} s'
            if os.path.basename(folder).startswith('pending.') and not _timer_runs(folder):
                text += ', but its timer was killed'
        with contextlib.suppress(FileNotFoundError), open(os.path.join(folder, 'failed.txt')) as stream:
            text += f'; that failed: {stream.read()}'
    except FileNotFoundError:
        return ''
    return text


def go_back(router: Router, folder: str) -> None:
    """Restore what was before the commit in ``folder``, keeping what others changed since."""
    before = router.read(folder, 'before.conf')
    router.refuse_missing_daemons(before)
    try:
        after = router.read(folder, 'after.conf')
    except FileNotFoundError:  # cut off in the middle of applying
        router.restore(before)
    else:
        router.restore(router.undone(before, after))


def start_timer(router: Router, number: str, seconds: int) -> None:
    """A process in a session of its own, so that it outlives the connection; it ends when its commit is settled."""
    mark = os.open(os.path.join(router.folder, f'pending.{number}', 'timer'), os.O_RDWR)
    fcntl.flock(mark, fcntl.LOCK_EX)  # inherited, so it tells whether the timer lives
    child = os.fork()
    if child:
        os.close(mark)
        os.waitpid(child, 0)
        return
    try:
        os.setsid()
        if os.fork() == 0:
            signal.alarm(0)
            nothing = os.open(os.devnull, os.O_RDWR)
            for descriptor in range(3):
                os.dup2(nothing, descriptor)
            os.closerange(3, mark)  # the client's channel and lock are not ours to hold
            os.closerange(mark + 1, 1024)
            _revert_after(router, number, seconds)
    finally:
        os._exit(0)


def _timer_runs(folder: str) -> bool:
    handle = os.open(os.path.join(folder, 'timer'), os.O_RDWR)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    else:
        return False
    finally:
        os.close(handle)


def _revert_after(router: Router, number: str, seconds: int) -> None:
    waiting, reverting = (os.path.join(router.folder, state + number) for state in ('pending.', 'reverting.'))
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        time.sleep(min(0.5, max(0.0, deadline - time.monotonic())))
        if not os.path.isdir(waiting):
            return
    for _ in range(REVERT_ATTEMPTS):
        with applying(router):  # waits for a change that is still being applied
            with contextlib.suppress(FileNotFoundError):
                os.rename(waiting, reverting)
            if not os.path.isdir(reverting):
                return
            try:
                go_back(router, reverting)
            except Exception as error:
                router.write(f'reverting.{number}/failed.txt', str(error))
            else:
                text = f'the last one, {described(reverting)}, was taken back at {time.strftime("%F %T %Z")}'
                router.write('reverted.txt', text)
                shutil.rmtree(reverting)
                return
        time.sleep(REVERT_PAUSE)
