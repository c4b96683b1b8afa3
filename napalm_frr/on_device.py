"""The half of the driver that runs on the router.

Sent over SSH into ``python3`` and never installed. It exists because three things must not depend on the connection:
the lock (held as long as this process lives), a change (finished or undone even when the client dies in the middle)
and the timer of a commit that waits for its confirmation. It speaks one JSON object a line, request and answer, on
standard input and output. Standard library only; Python 3.7 and newer, as routers have it.

State lives in one private folder, by default below ``/run``: a reboot empties it together with the running
configuration, and the startup configuration is written only when a commit is final, so a box that reboots while a
commit is pending comes back with the old configuration and nothing pending.
"""

from __future__ import annotations

import contextlib
import fcntl
import glob
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Tuple  # noqa: UP035 - built-in generics need Python 3.9 at run time

Path = Tuple[str, ...]  # noqa: UP006

COMMANDS_A_CALL = 400  # keeps one vtysh call far below the kernel's limit on arguments
REVERT_ATTEMPTS = 30
REVERT_PAUSE = 10  # seconds; with the attempts above a restarting bgpd has five minutes
ECHO = re.compile(r'^\S*\(config[^)]*\)# (.*)$')


class Refused(Exception):
    """A request that was not carried out; ``kind`` tells the client which of NAPALM's exceptions fits."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def paths(text: str) -> list[Path]:
    """Every line of a configuration as FRR prints it, with the lines of its contexts before it, in order."""
    stack: list[tuple[int, str]] = []
    found: list[Path] = []
    for raw in text.splitlines():
        line = raw.strip()
        if not line or line.startswith('!') or line == 'end' or re.match(r'exit(-[a-z-]+)?$', line):
            continue
        depth = len(raw) - len(raw.lstrip())
        while stack and stack[-1][0] >= depth:
            stack.pop()
        stack.append((depth, line))
        found.append(tuple(entry for _, entry in stack))
    return found


def closing(context: str) -> str:
    """The word that leaves a context."""
    if context.startswith('address-family '):
        return 'exit-address-family'
    return 'exit-vrf' if context.startswith('vrf ') else 'exit'


def commands(wanted: Sequence[Path]) -> list[str]:
    """Configuration text for ``wanted``, in its order, with every context entered and left explicitly."""
    lines: list[str] = []
    inside: list[str] = []
    contexts = {path[:-1] for path in wanted}
    for path in wanted:
        common = 0
        while common < min(len(inside), len(path) - 1) and inside[common] == path[common]:
            common += 1
        while len(inside) > common:
            lines.append(' ' * (len(inside) - 1) + closing(inside.pop()))
        while len(inside) < len(path) - 1:
            lines.append(' ' * len(inside) + path[len(inside)])
            inside.append(path[len(inside)])
        if path in contexts:
            lines.append(' ' * len(inside) + path[-1])
            inside.append(path[-1])
        else:
            lines.append(' ' * len(inside) + path[-1])
            if path[-1].startswith(('route-map ', 'router ', 'address-family ')) and not path[-1].startswith('no '):
                lines.append(' ' * len(inside) + closing(path[-1]))
    while inside:
        lines.append(' ' * (len(inside) - 1) + closing(inside.pop()))
    return lines


def undone(before: str, after: str, now: str) -> str:
    """The configuration to go back to: ``before``, keeping what others changed between ``after`` and ``now``."""
    was, left, have = paths(before), paths(after), paths(now)
    if set(left) == set(have):
        return before
    gone, foreign = set(left) - set(have), [path for path in have if path not in set(left)]
    target = [path for path in was if path not in gone]
    for path in foreign:
        if path in target:
            continue
        siblings = [number for number, other in enumerate(target) if other[: len(path) - 1] == path[:-1]]
        target.insert(siblings[-1] + 1 if siblings else len(target), path)
    return '\n'.join(commands(target)) + '\n'


def lost(before: str, after: str, now: str) -> list[Path]:
    """Lines of the change from ``before`` to ``after`` that are no longer so in ``now``."""
    was, left, have = set(paths(before)), set(paths(after)), set(paths(now))
    return [p for p in paths(after) if p not in was and p not in have] + [
        p for p in paths(before) if p not in left and p in have
    ]


class Router:
    """FRR on this machine, through its own programs."""

    def __init__(self, vtysh: list[str], reload_program: list[str], startup: str, folder: str) -> None:
        self.vtysh, self.reload_program, self.startup_file, self.folder = vtysh, reload_program, startup, folder

    def call(self, argv: Sequence[str]) -> tuple[int, str]:
        try:
            done = subprocess.run(
                list(argv), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
            )
        except OSError as error:
            raise Refused('missing', f'{argv[0]}: {error.strerror}') from error
        return done.returncode, done.stdout.decode('utf-8', 'replace').strip()

    def running(self) -> str:
        code, text = self.call([*self.vtysh, '-c', 'show running-config no-header'])
        if code or not paths(text):
            raise Refused('failed', f'the running configuration cannot be read: {text}')
        return text + '\n'

    def startup(self) -> str:
        with open(self.startup_file, encoding='utf-8') as stream:
            return stream.read()

    def write(self, name: str, text: str) -> str:
        target = os.path.join(self.folder, name)
        with open(target + '.new', 'w', encoding='utf-8') as stream:
            stream.write(text)
        os.replace(target + '.new', target)
        return target

    def read(self, *name: str) -> str:
        with open(os.path.join(self.folder, *name), encoding='utf-8') as stream:
            return stream.read()

    def check(self, text: str) -> str:
        """What ``vtysh`` has against the text, by syntax alone; empty if nothing."""
        code, output = self.call([*self.vtysh, '-C', '-f', self.write('check.conf', text)])
        return output or f'vtysh -C ended with {code}' if code else ''

    def reload(self, text: str, mode: str) -> tuple[int, str]:
        """``frr-reload.py``. It writes the startup configuration whenever the file is not ``<confdir>/frr.conf``:
        its confdir is therefore a folder of ours, and the temporary file with the new lines lies there too."""
        work = os.path.join(self.folder, 'reload')
        os.makedirs(work, mode=0o700, exist_ok=True)
        target = self.write('reload/frr.conf', text)
        options = ['--stdout', '--log-level', 'error', '--confdir', work, '--rundir', work]
        return self.call([*self.reload_program, mode, *options, target])

    def restore(self, text: str) -> None:
        """Bring the running configuration to ``text`` and prove it by reading back."""
        reason = ''
        for _ in range(2):
            _, reason = self.reload(text, '--reload')
            wanted, have = set(paths(text)), set(paths(self.running()))
            if wanted == have:
                return
        missing = ['missing: {}'.format(' / '.join(path)) for path in sorted(wanted - have)]
        extra = ['left over: {}'.format(' / '.join(path)) for path in sorted(have - wanted)]
        raise Refused('failed', '\n'.join([*missing, *extra, reason]))

    def merge(self, steps: Sequence[Path], secret: Sequence[bool]) -> None:
        """Apply lines in order and stop at the first error. ``vtysh -f`` would go on after one, so lines go as
        ``-c``; but arguments can be read by every user of the machine, so a line with a secret goes as a file."""
        start = 0
        while start < len(steps):
            end = start + 1
            while end < len(steps) and secret[end] == secret[start] and end - start < COMMANDS_A_CALL:
                end += 1
            lines = commands(steps[start:end])
            if secret[start]:
                code, output = self.call([*self.vtysh, '-f', self.write('step.conf', '\n'.join(lines) + '\n')])
                failed = ''
            else:
                arguments = [part for line in ['configure terminal', *lines] for part in ('-c', line.strip())]
                code, output = self.call([*self.vtysh, '-E', *arguments])
                command, output = last_command(output)
                failed = f'{command}: '
            if code:
                raise Refused('rejected', f'{failed}{output} (vtysh ended with {code})')
            start = end

    def save(self) -> None:
        code, output = self.call([*self.vtysh, '-c', 'write memory'])
        if code or set(paths(self.startup())) != set(paths(self.running())):
            raise Refused(
                'failed', f'write memory did not bring the running configuration to {self.startup_file}: {output}'
            )


def last_command(output: str) -> tuple[str, str]:
    """The command that vtysh echoed last, and what it said after it."""
    command = ''
    said: list[str] = []
    for line in output.splitlines():
        echoed = ECHO.match(line)
        if echoed:
            command, said = echoed.group(1), []
        elif line.strip():
            said.append(line.strip())
    return command, ' '.join(said)


class Session:
    """One client's requests; the lock ends with the process."""

    def __init__(self, router: Router, owner: str, lock_lifetime: int) -> None:
        self.router, self.owner, self.lifetime = router, owner, lock_lifetime
        self.lock_file: int | None = None

    def path(self, *name: str) -> str:
        return os.path.join(self.router.folder, *name)

    # -- the lock -----------------------------------------------------------------------------------------------

    def lock(self, wait: float) -> dict[str, Any]:
        self.refuse_unfinished()
        if self.lock_file is None:
            handle = os.open(self.path('lock'), os.O_RDWR | os.O_CREAT, 0o600)
            deadline = time.monotonic() + wait
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except OSError as error:
                    if time.monotonic() >= deadline:
                        holder = lock_holder(handle)
                        os.close(handle)
                        raise Refused('locked', holder) from error
                    time.sleep(0.2)
            note = json.dumps({'owner': self.owner, 'pid': os.getpid(), 'since': time.strftime('%F %T %Z')})
            os.ftruncate(handle, 0)
            os.pwrite(handle, note.encode(), 0)
            self.lock_file = handle
            self.refuse_unfinished()
        signal.alarm(self.lifetime)
        return {}

    def unlock(self) -> dict[str, Any]:
        signal.alarm(0)
        if self.lock_file is not None:
            os.ftruncate(self.lock_file, 0)
            os.close(self.lock_file)
            self.lock_file = None
        return {}

    def expire(self, *_: object) -> None:
        self.unlock()

    def refuse_unfinished(self) -> None:
        state = self.status()
        if state['pending']:
            raise Refused('pending', state['pending'])
        if state['reverting']:
            raise Refused('reverting', state['reverting'])
        if state['new'] and self.lock_file is not None:
            raise Refused('interrupted', state['new'])

    # -- changes ------------------------------------------------------------------------------------------------

    def commit(
        self, steps: list[list[str]], secret: list[bool], replace: str, message: str, revert_in: int | None
    ) -> dict[str, Any]:
        if self.lock_file is None:
            raise Refused('lock-lost', '')
        self.refuse_unfinished()
        router = self.router
        signal.alarm(0)
        with self.applying():
            before = router.running()
            number = uuid.uuid4().hex
            folder = self.path('new.' + number)
            os.mkdir(folder, 0o700)
            router.write(f'new.{number}/before.conf', before)
            about = {'owner': self.owner, 'message': message, 'at': time.strftime('%F %T %Z'), 'revert_in': revert_in}
            router.write(f'new.{number}/about.json', json.dumps(about))
            if revert_in is not None:
                folder = self.moved(folder, 'pending.' + number)
                start_timer(router, number, revert_in)  # armed before the first line is sent
            try:
                if replace:
                    code, output = router.reload(replace, '--reload')
                    if code:
                        raise Refused('rejected', output or f'frr-reload.py ended with {code}')
                else:
                    router.merge([tuple(step) for step in steps], secret)
                router.write(f'{os.path.basename(folder)}/after.conf', router.running())
                if revert_in is None:
                    router.save()
            except Refused as error:
                self.give_up(folder, before, error)
        if revert_in is None:
            self.remember(folder)
        return {}

    def give_up(self, folder: str, before: str, error: Refused) -> None:
        """Undo a change that went wrong half way, then report why. An armed timer stays armed until it is."""
        try:
            self.router.restore(before)
        except (Refused, OSError) as second:
            raise Refused(
                'mixed',
                '{}\n{}\nThe configuration before is {} on the device.'.format(
                    error, second, os.path.join(folder, 'before.conf')
                ),
            ) from error
        shutil.rmtree(folder)
        raise error

    def confirm(self) -> dict[str, Any]:
        router, folder = self.router, self.find('pending')
        if folder is None:
            raise Refused('nothing-pending', self.status()['reverted'])
        with self.applying():
            before, after = (router.read(folder, name) for name in ('before.conf', 'after.conf'))
            missing = lost(before, after, router.running())
            if missing:
                raise Refused('lost', '\n'.join(' / '.join(path) for path in missing))
            claimed = self.claim(folder, 'confirmed')
            router.save()
        self.remember(claimed)
        return {}

    def rollback(self) -> dict[str, Any]:
        router, pending = self.router, self.find('pending')
        claimed = self.claim(pending, 'reverting') if pending else self.find('reverting')
        saved = claimed is None  # what never was confirmed is not in the startup configuration
        claimed = claimed or self.find('new') or self.find('last')
        if claimed is None:
            raise Refused('nothing-to-undo', self.status()['reverted'])
        with self.applying():
            if not os.path.isdir(claimed):
                return {}  # the timer was at it meanwhile
            go_back(router, claimed)
            if saved:
                router.save()
            shutil.rmtree(claimed)
        return {}

    def status(self) -> dict[str, Any]:
        """What is under way: descriptions in words, empty where there is nothing."""
        answer = {}
        for state in ('pending', 'reverting', 'new'):
            folder = self.find(state)
            answer[state] = described(folder) if folder else ''
        answer['reverted'] = ''
        with contextlib.suppress(FileNotFoundError):
            answer['reverted'] = self.router.read('reverted.txt')
        return answer

    # -- the folder ---------------------------------------------------------------------------------------------

    def find(self, state: str) -> str | None:
        found = glob.glob(self.path(state if state == 'last' else state + '.*'))
        return max(found, key=os.path.getmtime) if found else None

    def moved(self, folder: str, name: str) -> str:
        os.rename(folder, self.path(name))
        return self.path(name)

    def claim(self, folder: str, state: str) -> str:
        """Take the pending commit away from its timer: a rename succeeds for one of them only."""
        try:
            return self.moved(folder, '{}.{}'.format(state, folder.rsplit('.', 1)[1]))
        except FileNotFoundError as error:
            raise Refused('nothing-pending', 'the timer fired at this moment') from error

    def remember(self, folder: str) -> None:
        shutil.rmtree(self.path('last'), ignore_errors=True)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.path('reverted.txt'))
        self.moved(folder, 'last')

    @contextlib.contextmanager
    def applying(self) -> Iterator[None]:
        """One change at a time, the timer's included."""
        with applying(self.router):
            yield


@contextlib.contextmanager
def applying(router: Router) -> Iterator[None]:
    handle = os.open(os.path.join(router.folder, 'applying'), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def described(folder: str) -> str:
    with open(os.path.join(folder, 'about.json'), encoding='utf-8') as stream:
        about = json.load(stream)
    text = 'committed by {} at {}'.format(about['owner'], about['at'])
    if about['revert_in'] is not None:
        text += ', to be reverted {} s later'.format(about['revert_in'])
    failed = os.path.join(folder, 'failed.txt')
    if os.path.exists(failed):
        with open(failed, encoding='utf-8') as stream:
            text += '; reverting failed: ' + stream.read()
    return text


def go_back(router: Router, folder: str) -> None:
    before = router.read(folder, 'before.conf')
    try:
        after = router.read(folder, 'after.conf')
    except FileNotFoundError:  # the client's machine or this one was cut off in the middle of applying
        router.restore(before)
    else:
        router.restore(undone(before, after, router.running()))


def start_timer(router: Router, number: str, seconds: int) -> None:
    """A process of its own session, so that it outlives the connection; it leaves when its commit is settled."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    status = 1
    try:
        os.setsid()
        if os.fork() == 0:
            nothing = os.open(os.devnull, os.O_RDWR)
            for descriptor in range(3):
                os.dup2(nothing, descriptor)
            os.closerange(3, 1024)  # the client's lock and channel are not ours to hold
            signal.alarm(0)
            revert_after(router, number, seconds)
        status = 0
    finally:
        os._exit(status)


def revert_after(router: Router, number: str, seconds: int) -> None:
    waiting, reverting = (os.path.join(router.folder, state + number) for state in ('pending.', 'reverting.'))
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        time.sleep(min(0.5, max(0.0, deadline - time.monotonic())))
        if not os.path.isdir(waiting):
            return
    for _ in range(REVERT_ATTEMPTS):
        with applying(router):  # waits for a change that is still being applied
            if os.path.isdir(waiting):
                with contextlib.suppress(FileNotFoundError):
                    os.rename(waiting, reverting)
            if not os.path.isdir(reverting):
                return
            try:
                go_back(router, reverting)
            except Exception as error:
                router.write(f'reverting.{number}/failed.txt', str(error))
            else:
                text = f'{described(reverting)}; the timer fired, the router went back at {time.strftime("%F %T %Z")}'
                router.write('reverted.txt', text)
                shutil.rmtree(reverting)
                return
        time.sleep(REVERT_PAUSE)


def lock_holder(handle: int) -> str:
    """Who holds the lock, in words: our own note if it is the holder's, else the process by the kernel's table."""
    about = os.fstat(handle)
    pid = 0
    with open('/proc/locks', encoding='ascii') as stream:
        for line in stream:
            field = line.split()
            if field[1] == 'FLOCK' and field[5].rsplit(':', 1)[-1] == str(about.st_ino):
                pid = int(field[4])
    with contextlib.suppress(ValueError, KeyError):
        note = json.loads(os.pread(handle, 4096, 0))
        if note['pid'] == pid or not pid:
            return '{} since {}'.format(note['owner'], note['since'])
    try:
        with open(f'/proc/{pid}/comm', encoding='utf-8') as stream:
            return f'process {pid} ({stream.read().strip()}) on the device'
    except OSError:
        return 'a process on the device'


def prepare(folder: str) -> None:
    """Make the private folder, and refuse one that somebody else could have laid there."""
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        about = os.lstat(folder)
    except OSError as error:
        raise Refused('rights', f'{folder}: {error.strerror}') from error
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.getuid() or about.st_mode & 0o077:
        raise Refused('rights', f'{folder} must be a folder of user {os.getuid()} with mode 0700')


def opened(request: dict[str, Any]) -> Session:
    router = Router(request['vtysh'], request['reload'], request['startup'], request['folder'])
    prepare(router.folder)
    for needed in (router.startup_file, os.path.dirname(router.startup_file)):
        if not os.access(needed, os.W_OK):
            raise Refused('rights', f'{needed} cannot be written by user {os.getuid()}')
    return Session(router, request['owner'], request['lock_lifetime'])


def serve() -> None:
    """Answer requests until the client goes away. A change under way is finished first."""
    os.umask(0o077)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    session: Session | None = None
    for line in iter(sys.stdin.buffer.readline, b''):
        request = json.loads(line)
        try:
            if session is None:
                session = opened(request)
                signal.signal(signal.SIGALRM, session.expire)
                answer: dict[str, Any] = {}
            else:
                answer = answers(session)[request.pop('do')](**request)
        except Refused as error:
            answer = {'refused': error.kind, 'message': str(error)}
        except Exception as error:
            answer = {'refused': 'failed', 'message': f'{type(error).__name__}: {error}'}
        try:
            sys.stdout.write(json.dumps(answer) + '\n')
            sys.stdout.flush()
        except OSError:
            return


def answers(session: Session) -> dict[str, Callable[..., dict[str, Any]]]:
    router = session.router
    return {
        'lock': session.lock,
        'unlock': session.unlock,
        'commit': session.commit,
        'confirm': session.confirm,
        'rollback': session.rollback,
        'status': session.status,
        'running': lambda: {'text': router.running()},
        'check': lambda text: {'text': router.check(text)},
    }


if __name__ == '__main__':
    serve()
