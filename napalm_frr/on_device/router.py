"""FRR on this machine, through its own programs."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence

from napalm_frr.on_device.lines import Path, commands, lost, paths, undone

SPARE = 8192  # bytes beside the copies of the configuration
COMMANDS_A_CALL = 400  # keeps one vtysh call far below the kernel's limit on arguments
ECHO = re.compile(r'^\S*\(config[^)]*\)# (.*)$')
DAEMONS = {
    'router bgp': 'bgpd', 'router ospf ': 'ospfd', 'router ospf6': 'ospf6d', 'router isis': 'isisd',
    'router rip ': 'ripd', 'router ripng': 'ripngd', 'router eigrp': 'eigrpd', 'router babel': 'babeld',
    'router openfabric': 'fabricd', 'mpls ldp': 'ldpd', 'bfd ': 'bfdd', 'pbr-map': 'pbrd',
    'ip route ': 'staticd', 'ipv6 route ': 'staticd',
}  # fmt: skip
THROUGH_MGMTD = {'staticd', 'ripd', 'ripngd'}
"""Their lines are kept by mgmtd, where FRR has it (9 and newer)."""


class Refused(Exception):
    """A request that was not carried out; ``kind`` tells the client which of NAPALM's exceptions fits."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Router:
    """FRR on this machine, through its own programs."""

    def __init__(self, vtysh: list[str], reload_program: list[str], startup: str, folder: str) -> None:
        self.vtysh, self.reload_program, self.startup_file, self.folder = vtysh, reload_program, startup, folder

    def call(self, argv: Sequence[str]) -> tuple[int, str, str]:
        """Run a program: return code, output, complaints. What vtysh says about PAM for a user without a password of
        its own is no complaint."""
        try:
            done = subprocess.run(list(argv), stdin=subprocess.DEVNULL, capture_output=True, check=False)
        except OSError as error:
            raise Refused('missing', f'{argv[0]}: {error.strerror}') from error
        output, errors = (stream.decode('utf-8', 'replace').strip() for stream in (done.stdout, done.stderr))
        return done.returncode, output, '\n'.join(line for line in errors.splitlines() if 'vtysh_pam' not in line)

    def running(self) -> str:
        code, text, errors = self.call([*self.vtysh, '-c', 'show running-config no-header'])
        if code or not paths(text):
            raise Refused('failed', f'the running configuration cannot be read: {errors}')
        return _utf8(text, 'the running configuration') + '\n'

    def startup(self) -> str:
        with open(self.startup_file, encoding='utf-8', errors='replace') as stream:
            return _utf8(stream.read(), self.startup_file)

    def refuse_full_disks(self) -> None:
        """On a full disk ``write memory`` says OK and leaves an empty startup file."""
        size = len(self.running().encode())
        for folder, copies in ((self.folder, 6), (os.path.dirname(self.startup_file), 2)):
            about = os.statvfs(folder)
            free, needed = about.f_bavail * about.f_frsize, copies * size + SPARE
            if free < needed:
                raise Refused('full', f'{folder} has {free} bytes free, and {needed} are needed')

    def write_startup(self, text: str) -> None:
        with open(self.startup_file, 'w', encoding='utf-8') as stream:
            stream.write(text)

    def refuse_missing_daemons(self, wanted: str = '') -> None:
        """A daemon that is down is no error to vtysh: its lines are dropped silently, and ``write memory`` erases
        them from the startup configuration."""
        _, running, _ = self.call([*self.vtysh, '-c', 'show daemons'])
        top = {path[0] + ' ' for path in paths(self.startup() + wanted)}
        needed = {daemon for start, daemon in DAEMONS.items() if any(line.startswith(start) for line in top)}
        if needed & THROUGH_MGMTD and os.path.exists(os.path.join(os.path.dirname(self.reload_program[1]), 'mgmtd')):
            needed.add('mgmtd')
        missing = sorted(needed - set(running.split()))
        if missing:
            raise Refused('daemon', ', '.join(missing))

    def undone(self, before: str, after: str) -> str:
        """What to go back to from a change: ``before``, keeping what others changed since."""
        return undone(before, after, self.running())

    def lost(self, before: str, after: str) -> list[str]:
        """What of a change is no longer so, in words."""
        return [' / '.join(path) for path in lost(before, after, self.running())]

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
        code, output, errors = self.call([*self.vtysh, '-C', '-f', self.write('check.conf', text)])
        return f'{output}\n{errors}'.strip() or f'vtysh -C ended with {code}' if code else ''

    def _reload(self, text: str) -> tuple[int, str]:
        """``frr-reload.py``. It writes the startup configuration whenever the file is not ``<confdir>/frr.conf``:
        its confdir is therefore a folder of ours, and the temporary file with the new lines lies there too."""
        work = os.path.join(self.folder, 'reload')
        os.makedirs(work, mode=0o700, exist_ok=True)
        target = self.write('reload/frr.conf', text)
        self.write('reload/vtysh.conf', '')
        options = ['--stdout', '--log-level', 'error', '--confdir', work, '--rundir', work]
        code, output, errors = self.call([*self.reload_program, '--reload', *options, target])
        return code, f'{output}\n{errors}'.strip() or f'frr-reload.py ended with {code}'

    def replace(self, text: str) -> None:
        """Reach the configuration ``text`` and prove it by reading back: ``frr-reload.py`` adds lines with
        ``vtysh -f``, which can lose route-map and prefix-list lines and still end with 0."""
        code, output = self._reload(text)
        if code:
            raise Refused('rejected', output)
        differs = _differences(text, self.running())
        if differs:
            raise Refused('rejected', f'it is not as wanted; write these as FRR prints them: {differs}')

    def restore(self, text: str) -> None:
        """Bring the running configuration back to ``text`` and prove it by reading back."""
        differs = reason = ''
        for _ in range(2):
            _, reason = self._reload(text)
            differs = _differences(text, self.running())
            if not differs:
                return
        raise Refused('failed', f'{differs}\n{reason}')

    def merge(self, steps: Sequence[Path], secret: Sequence[bool]) -> None:
        """Apply lines in order and stop at the first error. ``vtysh -f`` would go on after one, so lines go as
        ``-c``; but arguments can be read by every user of the machine, so a line with a secret goes as a file."""
        start = 0
        while start < len(steps):
            end = start + 1
            while not secret[start] and end < len(steps) and not secret[end] and end - start < COMMANDS_A_CALL:
                end += 1
            lines = commands(steps[start:end])
            if secret[start]:
                file = self.write('step.conf', '\n'.join(lines) + '\n')
                code, output, errors = self.call([*self.vtysh, '-f', file])
                failed = f'{steps[start][-1]}: {output} {errors}'
            else:
                arguments = [part for line in ['configure terminal', *lines] for part in ('-c', line.strip())]
                code, output, errors = self.call([*self.vtysh, '-E', *arguments])
                failed = f'{": ".join(last_command(output))} {errors}'
            if code:
                raise Refused('rejected', f'{failed.strip()} (vtysh ended with {code})')
            start = end

    def save(self) -> None:
        """Write the startup configuration and prove it by reading back."""
        self.refuse_missing_daemons()
        before = self.startup()
        code, output, errors = self.call([*self.vtysh, '-c', 'write memory'])
        if code or set(paths(self.startup())) != set(paths(self.running())):
            self._keep_startup(before)
            raise Refused(
                'failed',
                f'the running configuration did not get to {self.startup_file}, which is as it was; see whether there '
                f'is room for it and it can be written: {output} {errors}',
            )

    def _keep_startup(self, text: str) -> None:
        """vtysh moved the old file aside, and moving it back needs no room."""
        if self.startup() == text:
            return
        aside = self.startup_file + '.sav'
        try:
            with open(aside, encoding='utf-8') as stream:
                is_it = stream.read() == text
        except (OSError, UnicodeDecodeError):
            is_it = False
        if is_it:
            os.replace(aside, self.startup_file)
        else:
            self.write_startup(text)


def _utf8(text: str, where: str) -> str:
    """``frr-reload.py`` stops at other bytes, so nothing could be taken back."""
    for line in text.splitlines():
        if '\ufffd' in line:
            raise Refused('text', f'{where} has bytes that are not UTF-8 in the line {line.strip()!r}')
    return text


def _differences(wanted: str, running: str) -> str:
    """In words, what distinguishes two configurations apart from the order of their lines."""
    want, have = set(paths(wanted)), set(paths(running))
    missing = [f'missing: {" / ".join(path)}' for path in sorted(want - have)]
    return '\n'.join(missing + [f'left over: {" / ".join(path)}' for path in sorted(have - want)])


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
