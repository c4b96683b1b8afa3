"""One client's requests: lock, commit, confirm, roll back.

A commit is a folder whose name is its state: ``new`` while it is applied, ``pending`` while it waits for its
confirmation, ``confirmed`` while it is saved, ``reverting`` while it is taken back, ``last`` once it is final and could
still be rolled back. A session may be killed in any of them; the next one finds the folder and settles it.
"""

from __future__ import annotations

import contextlib
import fcntl
import glob
import json
import os
import shutil
import signal
import time
import uuid
from typing import Any

from napalm_frr.on_device.pending import applying, described, go_back, start_timer
from napalm_frr.on_device.router import Refused, Router


class Session:
    """What one client may ask; its lock ends with the process."""

    def __init__(self, router: Router, owner: str, lock_lifetime: int) -> None:
        self.router, self.owner, self.lifetime = router, owner, lock_lifetime
        self.lock_file: int | None = None

    # -- the lock -----------------------------------------------------------------------------------------------

    def lock(self, wait: float) -> dict[str, Any]:
        self._refuse_unfinished()
        self.router.refuse_missing_daemons()
        self.router.refuse_full_disks()
        self._acquire(wait)
        try:
            self._refuse_unfinished()
        except Refused:
            self.unlock()
            raise
        signal.alarm(self.lifetime)
        return {}

    def unlock(self) -> dict[str, Any]:
        signal.alarm(0)
        if self.lock_file is not None:
            os.close(self.lock_file)
            self.lock_file = None
        return {}

    def expire(self, *_: object) -> None:
        self.unlock()

    def _acquire(self, wait: float) -> None:
        if self.lock_file is not None:
            return
        try:
            handle = os.open(self._path('lock'), os.O_RDONLY | os.O_CREAT, 0o600)  # root's flock(1) may have made it
        except OSError as error:
            raise Refused('rights', f'{self._path("lock")}: {error.strerror}') from error
        deadline = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError as error:
                if time.monotonic() >= deadline:
                    holder = self._lock_holder(handle)
                    os.close(handle)
                    raise Refused('locked', holder) from error
                time.sleep(0.2)
        self.lock_file = handle
        note = {'owner': self.owner, 'pid': os.getpid(), 'since': time.strftime('%F %T %Z')}
        self.router.write('holder.json', json.dumps(note))

    def _lock_holder(self, handle: int) -> str:
        """In words: our own note if it is the holder's, else the process by the kernel's table."""
        number, pid = os.fstat(handle).st_ino, 0
        with open('/proc/locks', encoding='ascii') as stream:
            for line in stream:
                field = line.split()
                if field[1] == 'FLOCK' and field[5].rsplit(':', 1)[-1] == str(number):
                    pid = int(field[4])
        with contextlib.suppress(OSError, ValueError):
            note = json.loads(self.router.read('holder.json'))
            if note['pid'] == pid:
                return f'{note["owner"]} since {note["since"]}'
        try:
            with open(f'/proc/{pid}/comm', encoding='utf-8') as stream:
                return f'process {pid} ({stream.read().strip()}) on the device'
        except OSError:
            return 'a process on the device'

    def _refuse_unfinished(self) -> None:
        state = self.status()
        for kind in ('pending', 'reverting'):
            if state[kind]:
                raise Refused(kind, state[kind])
        if state['new'] and self.lock_file is not None:  # nobody else can be at work on it
            raise Refused('interrupted', state['new'])

    # -- changes ------------------------------------------------------------------------------------------------

    def commit(
        self, steps: list[list[str]], secret: list[bool], replace: list[str], message: str, revert_in: int | None
    ) -> dict[str, Any]:
        if self.lock_file is None:
            raise Refused('lock-lost', '')
        signal.alarm(0)
        try:
            self._refuse_unfinished()
            with applying(self.router):
                self._apply([tuple(step) for step in steps], secret, replace, message, revert_in)
        finally:
            self.unlock()
        return {}

    def _apply(
        self, steps: list[tuple[str, ...]], secret: list[bool], replace: list[str], message: str, revert_in: int | None
    ) -> None:
        router, number = self.router, uuid.uuid4().hex
        router.refuse_missing_daemons('\n'.join([*(step[0] for step in steps), *replace]))
        before, startup, folder = router.running(), router.startup(), self._path('new.' + number)
        self._forget()
        os.mkdir(folder, 0o700)
        about = {'owner': self.owner, 'message': message, 'at': time.strftime('%F %T %Z'), 'revert_in': revert_in}
        router.write(f'new.{number}/about.json', json.dumps(about))
        router.write(f'new.{number}/before.conf', before)
        try:
            if revert_in is not None:
                router.write(f'new.{number}/timer', '')  # so that a pending commit without a timer is known as such
                folder = self._moved(folder, 'pending.' + number)
                start_timer(router, number, revert_in)  # armed before the first line is sent
            for stage in replace:
                router.replace(stage)
            router.merge(steps, secret)
            router.write(f'{os.path.basename(folder)}/after.conf', router.running())
            if revert_in is None:
                router.save()
        except (Refused, OSError) as error:
            self._give_up(folder, before, startup, error)
            raise
        if revert_in is None:
            self._remember(folder)

    def _give_up(self, folder: str, before: str, startup: str, error: Exception) -> None:
        """Undo a change that went wrong half way. An armed timer stays armed until that is done."""
        try:
            self.router.restore(before)
            if self.router.startup() != startup:
                self.router.write_startup(startup)
        except (Refused, OSError) as second:
            kept = os.path.join(folder, 'before.conf')
            raise Refused('mixed', f'{error}\n{second}\nThe configuration before is {kept} on the device.') from error
        shutil.rmtree(folder)

    def confirm(self) -> dict[str, Any]:
        router = self.router
        with applying(router):
            folder = self._find('confirmed') or self._find('pending')
            if folder is None:
                state = self.status()
                raise Refused('nothing-pending', state['reverting'] or state['reverted'])
            router.refuse_missing_daemons()
            try:
                before, after = (router.read(folder, name) for name in ('before.conf', 'after.conf'))
            except FileNotFoundError as error:
                raise Refused('lost', 'the commit was cut off while it was applied, or is taken back') from error
            missing = router.lost(before, after)
            if missing:
                raise Refused('lost', '\n'.join(missing))
            claimed = self._claim(folder, 'confirmed')
            try:
                router.save()
            except (Refused, OSError) as error:
                self._not_kept(claimed, error)
                raise
            self._remember(claimed)
        return {}

    def _not_kept(self, folder: str, error: Exception) -> None:
        """What could not be saved is not left running either; its timer has been stopped already."""
        try:
            go_back(self.router, folder)
        except (Refused, OSError) as second:
            kept = os.path.join(folder, 'before.conf')
            raise Refused('mixed', f'{error}\n{second}\nThe configuration before is {kept} on the device.') from error
        shutil.rmtree(folder)

    def rollback(self) -> dict[str, Any]:
        router, folder = self.router, self._find('pending')
        router.refuse_missing_daemons()
        claimed = self._claim(folder, 'reverting') if folder else self._find('reverting')
        final = claimed is None  # what was never confirmed is not in the startup configuration
        if final:
            self._acquire(0)
        try:
            with applying(router):
                claimed = claimed or self._find('new') or self._find('confirmed') or self._find('last')
                if claimed is None:
                    raise Refused('nothing-to-undo', self.status()['reverted'])
                if os.path.isdir(claimed):  # else the timer was at it meanwhile
                    go_back(router, claimed)
                    if final:
                        router.save()
                    shutil.rmtree(claimed)
        finally:
            self.unlock()
        return {}

    def status(self) -> dict[str, Any]:
        """What is under way: descriptions in words, empty where there is nothing."""
        answer = {}
        for state in ('pending', 'reverting', 'new'):
            folder = self._find(state)
            answer[state] = described(folder) if folder else ''
        cut_off = self._find('confirmed')
        answer['pending'] = answer['pending'] or (described(cut_off) if cut_off else '')
        answer['reverted'] = ''
        with contextlib.suppress(FileNotFoundError):
            answer['reverted'] = self.router.read('reverted.txt')
        return answer

    # -- the folder ---------------------------------------------------------------------------------------------

    def _path(self, name: str) -> str:
        return os.path.join(self.router.folder, name)

    def _find(self, state: str) -> str | None:
        found = glob.glob(self._path(state if state == 'last' else state + '.*'))
        return found[0] if found else None

    def _moved(self, folder: str, name: str) -> str:
        os.rename(folder, self._path(name))
        return self._path(name)

    def _claim(self, folder: str, state: str) -> str:
        """Take the pending commit away from its timer: a rename succeeds for one of them only."""
        try:
            return self._moved(folder, f'{state}.{folder.rsplit(".", 1)[1]}')
        except FileNotFoundError as error:
            raise Refused('nothing-pending', 'the timer fired at this moment') from error

    def _forget(self) -> None:
        """What came before a new commit cannot be rolled back any more: a roll-back after it failed, or after its
        timer fired, must not take back an older one that is good."""
        shutil.rmtree(self._path('last'), ignore_errors=True)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._path('reverted.txt'))

    def _remember(self, folder: str) -> None:
        self._moved(folder, 'last')
