"""A router: Debian's FRR with sshd in namespaces of its own, reached and driven as any Linux box that runs FRR.

Its configuration, logs, users and login keys lie in one folder and are mounted where the programs expect them, so
that vtysh, frr-reload.py and sshd run on their default paths.
"""

from __future__ import annotations

import functools
import grp
import os
import pwd
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

from lab import management, namespace
from lab.errors import LabError
from lab.namespace import Device, Namespace

PROGRAMS = Path('/usr/lib/frr')
# Programs, and the Debian packages that have them.
NEEDED = {
    PROGRAMS / 'bgpd': 'frr',
    PROGRAMS / 'frr-reload.py': 'frr-pythontools',
    Path('/usr/sbin/sshd'): 'openssh-server',
}
# FRR's own always run all but bgpd; mgmtd, which has the static routes' configuration, is there from FRR 9 on.
DAEMONS = ('mgmtd', 'zebra', 'staticd', 'bgpd')
USERNAME = 'netops'
SSH_PORT = 22
SSHD_SECONDS = 30
# IPv6 addresses are used at once: in namespaces, duplicate address detection only delays.
SETTINGS = {
    'ipv4/ip_forward': '1',
    # As systemd sets it for a machine, where ping has no rights of its own any more.
    'ipv4/ping_group_range': '0 2147483647',
    'ipv6/conf/all/forwarding': '1',
    'ipv4/fib_multipath_hash_policy': '1',
    'ipv6/fib_multipath_hash_policy': '1',
    'ipv4/conf/all/rp_filter': '0',
    'ipv4/conf/default/rp_filter': '0',
    'ipv6/conf/default/accept_dad': '0',
    'ipv6/conf/default/accept_ra': '0',
}


@dataclass(frozen=True, slots=True)
class Router:
    """A running router and how to log in to it. `host_key` is a public key line, `key_file` the user's private key."""

    namespace: Namespace
    folder: Path
    management_address: IPv4Address
    key_file: Path
    host_key: str
    username: str = USERNAME
    port: int = SSH_PORT

    @property
    def name(self) -> str:
        """The host name."""
        return self.namespace.name

    @property
    def known_hosts(self) -> str:
        """The line of a known_hosts file that vouches for this router."""
        return f'{self.management_address} {self.host_key}'

    def vtysh(self, *commands: str) -> str:
        """Run vtysh commands, as the box's own console would; their output, or a LabError."""
        return self.namespace.run(['vtysh', *(word for command in commands for word in ('-c', command))])

    def start(self) -> None:
        """Start FRR with the saved configuration (/etc/frr/frr.conf)."""
        for daemon in DAEMONS:
            if (PROGRAMS / daemon).exists():
                self.start_daemon(daemon)
        self.namespace.run(['vtysh', '-b'])

    def start_daemon(self, daemon: str) -> None:
        """Start one of FRR's daemons, without configuration."""
        # Newer releases keep their output open as daemons: whoever reads it from a pipe waits for ever.
        log = f'/var/log/frr/{daemon}.start'
        # By default zebra replaces an IPv6 route by taking it away first, and packets are lost in between.
        options = ' --v6-rr-semantics' if daemon == 'zebra' else ''
        command = f'{PROGRAMS / daemon} -d -F datacenter -A 127.0.0.1{options}'
        self.namespace.run(['sh', '-c', f'{command} >{log} 2>&1 || {{ cat {log} >&2; exit 1; }}'])

    def sessions_down(self) -> list[str]:
        """The neighbours whose sessions are not Established."""
        # Neighbor V AS MsgRcvd MsgSent TblVer InQ OutQ Up/Down State/PfxRcd ...
        rows = [line.split() for line in self.vtysh('show bgp summary').splitlines()]
        return [row[0] for row in rows if len(row) > 9 and row[1] == '4' and not row[9].isdigit()]

    def stop(self) -> None:
        """End FRR without a farewell, as a crash of the box does; the interfaces stay, log-ins still work."""
        script = 'for file in /run/frr/*.pid; do kill -9 $(cat $file); done; rm -f /run/frr/*.pid /run/frr/*.vty'
        self.namespace.run(['sh', '-c', script])


def require_programs() -> None:
    """LabError that names what is to be installed when FRR or sshd is not on this machine."""
    for program, package in NEEDED.items():
        if not program.exists():
            raise LabError(f'{program} is missing: install the package {package}.')


def device(name: str, folder: Path) -> Device:
    """The namespaces for a router whose files lie in `folder`, which is made by `write_files` before."""
    frr = pwd.getpwnam('frr')
    targets = {
        'frr': '/etc/frr',
        'log': '/var/log/frr',
        'home': '/home',
        'passwd': '/etc/passwd',
        'group': '/etc/group',
        'shadow': '/etc/shadow',
        'hosts': '/etc/hosts',
    }
    return Device(
        name,
        private=True,
        run_folders=(('/run/frr', frr.pw_uid, frr.pw_gid), ('/run/sshd', 0, 0)),
        binds=tuple((str(folder / source), target) for source, target in targets.items()),
        settings=SETTINGS,
    )


def new_key(path: Path, comment: str) -> str:
    """Make an Ed25519 key pair at `path` and return its public line."""
    path.unlink(missing_ok=True)
    subprocess.run(
        ['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', str(path)], check=True, capture_output=True
    )
    return path.with_name(path.name + '.pub').read_text(encoding='ascii').strip()


def write_files(name: str, folder: Path, configuration: str, public_key: str) -> str:
    """Write the files of a router: its configuration, its users and its keys; return its public host key.

    The login user is a second name for FRR's own user: it may use vtysh, reload and save, and nothing else.
    """
    frr = pwd.getpwnam('frr')
    for path in ('frr', 'log', 'home', f'home/{USERNAME}', f'home/{USERNAME}/.ssh'):
        (folder / path).mkdir(parents=True, exist_ok=True)
    (folder / 'frr/frr.conf').write_text(configuration, encoding='ascii')
    (folder / 'frr/daemons').write_text('bgpd=yes\nvtysh_enable=yes\n', encoding='ascii')
    (folder / 'frr/vtysh.conf').write_text('service integrated-vtysh-config\n', encoding='ascii')
    (folder / f'home/{USERNAME}/.ssh/authorized_keys').write_text(public_key + '\n', encoding='ascii')
    for owned in (folder / 'frr', folder / 'log', folder / 'home' / USERNAME):
        for found in (owned, *owned.rglob('*')):
            os.chown(found, frr.pw_uid, frr.pw_gid)
    home = f'/home/{USERNAME}'
    user = f'{USERNAME}:x:{frr.pw_uid}:{frr.pw_gid}:network operations:{home}:/bin/bash\n'
    (folder / 'passwd').write_text(user + Path('/etc/passwd').read_text(encoding='utf-8'), encoding='utf-8')
    members = grp.getgrnam('frrvty').gr_mem
    group = Path('/etc/group').read_text(encoding='utf-8')
    (folder / 'group').write_text(
        '\n'.join(
            f'{line}{"," if members else ""}{USERNAME}' if line.startswith('frrvty:') else line
            for line in group.splitlines()
        )
        + '\n',
        encoding='utf-8',
    )
    shadow = folder / 'shadow'
    shadow.touch(mode=0o600)
    shadow.write_text(
        f'{USERNAME}:*:19000:0:99999:7:::\n' + Path('/etc/shadow').read_text(encoding='utf-8'), encoding='utf-8'
    )
    # A box knows its own name; without, whoever looks it up waits for name servers that are not there.
    (folder / 'hosts').write_text(f'127.0.0.1 localhost\n127.0.1.1 {name}\n', encoding='ascii')
    # Whatever the umask is: FRR's user reads all of these, and sshd trusts no home that others may write to.
    for file in ('passwd', 'group', 'hosts', f'home/{USERNAME}/.ssh/authorized_keys'):
        (folder / file).chmod(0o644)
    for path in ('frr', 'log', 'home', f'home/{USERNAME}', f'home/{USERNAME}/.ssh'):
        (folder / path).chmod(0o755)
    host_key = new_key(folder / 'host_key', name)
    (folder / 'sshd_config').write_text(
        f'HostKey "{folder / "host_key"}"\n'
        f'PidFile "{folder / "sshd.pid"}"\n'
        'PasswordAuthentication no\nKbdInteractiveAuthentication no\nUsePAM no\nUseDNS no\n'
        'MaxStartups 200\nMaxSessions 100\nPrintMotd no\nSubsystem sftp internal-sftp\n',
        encoding='utf-8',
    )
    return ' '.join(host_key.split()[:2])


@functools.cache
def sshd() -> tuple[str, ...]:
    """The command. From OpenSSH 9.8 on it shuts out for a while where somebody failed to log in, or left before: here
    all come from one address."""
    said = subprocess.run(['ssh', '-V'], capture_output=True, text=True, check=True).stderr
    version = re.match(r'OpenSSH_(\d+)\.(\d+)', said)
    newer = version is not None and (int(version[1]), int(version[2])) >= (9, 8)
    return ('/usr/sbin/sshd', *(('-o', 'PerSourcePenalties=no') if newer else ()))


def start_sshd(router: Router) -> None:
    """Let the operator in. Returns when sshd listens: it goes into the background before, and writes its PidFile after.

    Raises LabError with the end of its log when it does not come to that.
    """
    ready, log = router.folder / 'sshd.pid', router.folder / 'sshd.log'
    ready.unlink(missing_ok=True)
    router.namespace.run([*sshd(), '-f', str(router.folder / 'sshd_config'), '-E', str(log)])
    deadline = time.monotonic() + SSHD_SECONDS
    while not ready.exists():
        if time.monotonic() > deadline:
            raise LabError(f'{router.name}: sshd does not listen after {SSHD_SECONDS} s: {log.read_text()[-500:]}')
        time.sleep(0.005)


@contextmanager
def standalone(folder: Path, *, name: str = 'router', lab: str = 'router', configuration: str = '') -> Iterator[Router]:
    """One router by itself, on a management network of its own, for as long as the context lasts.

    `configuration` is an frr.conf; `lab` names what is made, so that several can stand side by side.
    """
    require_programs()
    namespace.remove(lab)
    folder = folder.resolve()
    shutil.rmtree(folder / name, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    public_key = new_key(folder / 'login', USERNAME)
    host_key = write_files(name, folder / name, configuration, public_key)
    try:
        made = namespace.create(lab, [Device('management'), device(name, folder / name)])
        network = management.connect(lab, made['management'])
        address = network.network_address + 2
        management.attach(made['management'], network, [(made[name], address)])
        router = Router(made[name], folder / name, address, folder / 'login', host_key)
        made[name].ip(['link set lo up'])
        router.start()
        start_sshd(router)
        yield router
    finally:
        namespace.remove(lab)
