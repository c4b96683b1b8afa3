"""A Kubernetes API with Calico's resources in it: kube-apiserver and etcd alone, no kubelet and no controllers.

What speaks to it cannot tell it from a cluster's: TLS, tokens, RBAC, server-side apply, watches and schemas are real.
"""

from __future__ import annotations

import csv
import json
import secrets
import signal
import ssl
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cryptography import x509

from lab.errors import LabError
from lab.services.certificates import make_server_certificate
from lab.services.daemon import Daemon
from lab.services.kubernetes_programs import find_programs
from lab.services.ports import free_port

ADMIN = 'admin'
CALICO_V1 = 'crd.projectcalico.org'
CALICO_V3 = 'projectcalico.org'
# The networks are Kubernetes' own defaults of kubeadm, and a private one for IPv6.
SERVICE_NETWORKS = ('10.96.0.0/16', 'fd00:10:96::/112')

_CRDS = Path(__file__).parents[1] / 'kubernetes' / 'crds'
_VERSIONS = {CALICO_V1: 'v1', CALICO_V3: 'v3'}
_SERVED_SECONDS = 30


class KubernetesApi:
    """One API server with its data, certificates, tokens and logs in `folder`.

    It serves at `addresses` (the first stands in kubeconfigs): at that address alone when there is one, else at all of
    the machine's, so it may start before the network of the others is there. Stopped and started again it is the same
    cluster at the same port, as long as nobody took the port.
    `users` are names with their groups; `admin` is always there. `calico` is the API group of Calico's resources.
    `environment` is added to that of its processes.
    """

    def __init__(
        self,
        folder: Path,
        *,
        addresses: Sequence[str] = ('127.0.0.1',),
        calico: str = CALICO_V1,
        users: Mapping[str, Sequence[str]] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self._environment = environment
        self.addresses = tuple(addresses)
        self.ca_file = folder / 'ca.crt'
        self._calico = calico
        self._users = {**(users or {}), ADMIN: ('system:masters',)}
        self._port_file = folder / 'port'
        self._tokens_file = folder / 'tokens.csv'
        self._etcd = Daemon('etcd', folder)
        # It keeps nothing itself, and asked politely it waits a minute for the watches of others to end.
        self._apiserver = Daemon('kube-apiserver', folder, stop_signal=signal.SIGKILL)

    @property
    def port(self) -> int:
        """Where it serves, or served last."""
        return int(self._port_file.read_text())

    @property
    def server(self) -> str:
        """The URL that clients use by default."""
        return self._url(self.addresses[0])

    @property
    def pids(self) -> tuple[int, ...]:
        """The process ids of the running programs, kube-apiserver's first."""
        return tuple(pid for pid in (self._apiserver.pid, self._etcd.pid) if pid)

    def start(self) -> None:
        """Serve, with Calico's resource definitions established. Raises LabError.

        The first start on a machine may build the programs, which takes minutes.
        """
        programs = find_programs()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._write_certificates()
        self._write_tokens()
        self._choose_port()
        try:
            etcd_url = self._start_etcd(programs.etcd)
            self._start_apiserver(programs.kube_apiserver, etcd_url)
            self._define_calico_resources()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop both programs; the folder keeps what a later start needs. Harmless when they do not run."""
        self._apiserver.stop()
        self._etcd.stop()

    def token(self, user: str = ADMIN) -> str:
        """The bearer token of a user. Raises LabError when there is no such user."""
        tokens = self._tokens()
        if user not in tokens:
            raise LabError(f'the lab cluster has no user {user!r}: it has {", ".join(sorted(tokens))}')
        return tokens[user]

    def kubeconfig(self, user: str = ADMIN, *, address: str | None = None) -> Path:
        """Write a kubeconfig with everything in it for one user and one of the addresses; return its path."""
        server = self._url(address or self.addresses[0])
        authority = b64encode(self.ca_file.read_bytes()).decode()
        content = {
            'apiVersion': 'v1',
            'kind': 'Config',
            'clusters': [{'name': 'lab', 'cluster': {'server': server, 'certificate-authority-data': authority}}],
            'users': [{'name': user, 'user': {'token': self.token(user)}}],
            'contexts': [{'name': 'lab', 'context': {'cluster': 'lab', 'user': user}}],
            'current-context': 'lab',
        }
        file = self.folder / (f'{user}.kubeconfig' if address is None else f'{user}@{address}.kubeconfig')
        file.touch(mode=0o600)
        file.write_text(json.dumps(content, indent=2))
        return file

    def _url(self, address: str) -> str:
        return f'https://[{address}]:{self.port}' if ':' in address else f'https://{address}:{self.port}'

    def _bind_address(self) -> str:
        if len(self.addresses) == 1:
            return self.addresses[0]
        return '::' if any(':' in address for address in self.addresses) else '0.0.0.0'

    def _choose_port(self) -> None:
        """The folder's port of the last time, or a free one when that is taken."""
        last = self.port if self._port_file.exists() else None
        self._port_file.write_text(str(free_port(self._bind_address(), first=last)))

    def _write_certificates(self) -> None:
        addresses = sorted({*self.addresses, '127.0.0.1'})
        shown = self.folder / 'server.crt'
        if shown.exists():
            extensions = x509.load_pem_x509_certificate(shown.read_bytes()).extensions
            names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
            if sorted(map(str, names.get_values_for_type(x509.IPAddress))) == addresses:
                return
        make_server_certificate(self.folder, addresses, ['localhost', 'kubernetes.default.svc'])

    def _tokens(self) -> dict[str, str]:
        if not self._tokens_file.exists():
            return {}
        with self._tokens_file.open(newline='') as handle:
            return {user: token for token, user, *_ in csv.reader(handle)}

    def _write_tokens(self) -> None:
        """Users that had a token keep it: kubeconfigs in other hands stay good over a restart."""
        tokens = self._tokens()
        self._tokens_file.touch(mode=0o600)
        with self._tokens_file.open('w', newline='') as handle:
            writer = csv.writer(handle)
            for user, groups in self._users.items():
                writer.writerow([tokens.get(user) or secrets.token_urlsafe(32), user, user, ','.join(groups)])

    def _start_etcd(self, program: Path) -> str:
        client, peer = (f'http://127.0.0.1:{free_port()}' for _ in range(2))
        options = {
            'data-dir': self.folder / 'etcd',
            'listen-client-urls': client,
            'advertise-client-urls': client,
            'listen-peer-urls': peer,
            'initial-advertise-peer-urls': peer,
            'initial-cluster': f'default={peer}',
            'log-level': 'warn',
        }
        # Nobody keeps this data: speed before durability.
        argv: list[str | Path] = [program, '--unsafe-no-fsync', *_flags(options)]
        self._etcd.start(argv, env=self._environment)
        self._etcd.wait_until(lambda: _answers(f'{client}/health'), timeout=30)
        return client

    def _start_apiserver(self, program: Path, etcd_url: str) -> None:
        certificate, key = self.folder / 'server.crt', self.folder / 'server.key'
        options = {
            'etcd-servers': etcd_url,
            'bind-address': self._bind_address(),
            'advertise-address': self.addresses[0],
            'endpoint-reconciler-type': 'none',  # one server, whose address is no service endpoint
            'secure-port': self.port,
            'tls-cert-file': certificate,
            'tls-private-key-file': key,
            'anonymous-auth': 'false',
            'authorization-mode': 'RBAC',
            'token-auth-file': self._tokens_file,
            'service-account-issuer': 'https://kubernetes.default.svc',
            'service-account-key-file': certificate,
            'service-account-signing-key-file': key,
            'service-cluster-ip-range': ','.join(SERVICE_NETWORKS),
            'disable-admission-plugins': 'ServiceAccount',  # it waits for tokens that a controller would make
        }
        argv: list[str | Path] = [program, *_flags(options)]
        self._apiserver.start(argv, env=self._environment)
        self._apiserver.wait_until(lambda: self._request('GET', '/readyz') is not None, timeout=60)

    def _define_calico_resources(self) -> None:
        """Apply the definitions and wait until each resource can be listed, which comes after "Established"."""
        definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
        files = sorted((_CRDS / self._calico).glob('*.yaml'))
        for file in files:
            path = f'{definitions}/{file.stem}.{self._calico}?fieldManager=lab&force=true'
            if self._request('PATCH', path, file.read_bytes()) is None:
                raise LabError(f'the lab cluster did not take the definition {file}: see {self._apiserver.log_file}')
        deadline = time.monotonic() + _SERVED_SECONDS
        for file in files:
            resource = f'/apis/{self._calico}/{_VERSIONS[self._calico]}/{file.stem}'
            while self._request('GET', f'{resource}?limit=1') is None:
                if time.monotonic() > deadline:
                    raise LabError(f'the lab cluster does not serve {resource}: see {self._apiserver.log_file}')
                time.sleep(0.05)

    def _request(self, method: str, path: str, body: bytes | None = None) -> Any:
        """What the server answers to the admin, parsed where it is JSON; None when it refuses or is not there."""
        request = urllib.request.Request(f'{self.server}{path}', method=method, data=body)
        request.add_header('Authorization', f'Bearer {self.token()}')
        request.add_header('Content-Type', 'application/apply-patch+yaml')
        try:
            with urllib.request.urlopen(
                request, timeout=10, context=ssl.create_default_context(cafile=str(self.ca_file))
            ) as answer:
                text = answer.read().decode()
        except (OSError, urllib.error.URLError):
            return None
        return json.loads(text) if text.startswith('{') else text


def _flags(options: Mapping[str, object]) -> list[str]:
    return [f'--{name}={value}' for name, value in options.items()]


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1):
            return True
    except OSError:
        return False
