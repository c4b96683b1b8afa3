"""Kubeconfigs that are refused, each with the reason and the mend, and never with what stands in them."""

from __future__ import annotations

import json
import ssl
import threading
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from lab.services.kubernetes import KubernetesApi
from netbox_calico.adapters.kubernetes import open_cluster
from netbox_calico.planning.errors import CredentialError

TOKEN = 'dG9rZW4tdGhhdC1ub2JvZHktc2VlcyE='


def kubeconfig(user: dict[str, Any] | None = None, **cluster: Any) -> str:
    document = {
        'current-context': 'lab',
        'contexts': [{'name': 'lab', 'context': {'cluster': 'lab', 'user': 'me'}}],
        'clusters': [{'name': 'lab', 'cluster': {'server': 'https://127.0.0.1:1', **cluster}}],
        'users': [{'name': 'me', 'user': {'token': TOKEN} if user is None else user}],
    }
    return json.dumps(document)


def without(section: str) -> str:
    document = json.loads(kubeconfig())
    del document[section]
    return json.dumps(document)


@pytest.mark.parametrize(
    ('text', 'words'),
    [
        (f'[{TOKEN}', 'is no YAML'),
        ('', 'is empty or no document'),
        (without('current-context'), 'has no current-context'),
        (without('contexts'), "has no context 'lab' in its contexts"),
        (without('clusters'), "has no cluster 'lab' in its clusters"),
        (without('users'), "has no user 'me' in its users"),
        (
            kubeconfig({'exec': {'command': '/bin/sh', 'env': [TOKEN]}}),
            'uses exec, which runs a program on the NetBox worker',
        ),
        (kubeconfig({'token': TOKEN, 'auth-provider': {'name': 'gcp'}}), 'uses auth-provider'),
        (kubeconfig({'token': TOKEN, 'as': 'root'}), 'uses as, which is not supported'),
        (kubeconfig({}), 'has nothing to log in with: make a service account'),
        (kubeconfig(server='http://127.0.0.1'), 'has no https:// server'),
        (kubeconfig(**{'insecure-skip-tls-verify': True}), 'anybody could answer for the API'),
        (kubeconfig(**{'certificate-authority-data': TOKEN}), 'certificates or keys of the kubeconfig cannot be read'),
        (kubeconfig(**{'certificate-authority': '/nonexistent'}), 'No such file'),
        (kubeconfig(**{'certificate-authority': 'ca.crt'}), 'absolute paths'),
    ],
)
def test_refused_with_the_mend(text: str, words: str) -> None:
    with pytest.raises(CredentialError, match=words) as caught:
        open_cluster(text, 'c1')
    assert TOKEN not in str(caught.value) + repr(caught.value.__cause__)


def test_a_token_that_the_api_does_not_know(kubernetes_api: KubernetesApi) -> None:
    text = kubernetes_api.kubeconfig().read_text().replace(kubernetes_api.token(), TOKEN)
    with open_cluster(text, 'c1') as cluster, pytest.raises(CredentialError, match=r'refuses the login \(401\)'):
        cluster.observe()


def test_an_api_whose_certificate_nobody_vouches_for(kubernetes_api: KubernetesApi) -> None:
    document = json.loads(kubernetes_api.kubeconfig().read_text())
    del document['clusters'][0]['cluster']['certificate-authority-data']
    with (
        open_cluster(json.dumps(document), 'c1') as cluster,
        pytest.raises(CredentialError, match='is not vouched for'),
    ):
        cluster.observe()


@pytest.fixture
def expired_api(tmp_path: Path) -> Iterator[str]:
    """A TLS server whose certificate has expired; a kubeconfig that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, 'api')])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=2))
        .not_valid_after(today - timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address('127.0.0.1'))]), critical=False)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    no_password = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, no_password)
    (tmp_path / 'server.pem').write_bytes(certificate + pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / 'server.pem')
    server = HTTPServer(('127.0.0.1', 0), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    authority = {'certificate-authority-data': b64encode(certificate).decode()}
    yield kubeconfig(server=f'https://127.0.0.1:{server.server_port}', **authority)
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_api_whose_certificate_has_expired(expired_api: str) -> None:
    with open_cluster(expired_api, 'c1') as cluster, pytest.raises(CredentialError, match='has expired: renew it'):
        cluster.observe()
