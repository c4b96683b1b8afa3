"""Something between us and the API answers in its place, cuts it off, or slows it down; the API itself is real."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator

import pytest
from lightkube import Client
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import Secret

from lab.services.kubernetes import KubernetesApi
from netbox_calico.adapters.kubernetes import KubernetesCluster, open_cluster
from netbox_calico.planning import artefact
from netbox_calico.planning.errors import CalicoError, ConnectionLost, CredentialError, Refused
from netbox_calico.planning.model.plan import Item, Operation, Result
from netbox_calico.planning.naming import OWNER_LABEL
from tests.adapters.kubernetes.conftest import V1
from tests.adapters.kubernetes.spoiler import Answer, Spoiler, spoiling

PAGE = b'<html>Please log in</html>'
BUSY = {'kind': 'Status', 'apiVersion': 'v1', 'status': 'Failure', 'message': 'too many requests', 'code': 429}


@pytest.fixture
def spoiler(kubernetes_api: KubernetesApi, admin: Client) -> Iterator[Spoiler]:
    with spoiling(kubernetes_api) as server:
        yield server


@pytest.fixture
def patient(spoiler: Spoiler) -> Iterator[KubernetesCluster]:
    with open_cluster(spoiler.kubeconfig, 'c1', patience=20, wait=2) as opened:
        yield opened


@pytest.fixture
def hasty(spoiler: Spoiler) -> Iterator[KubernetesCluster]:
    with open_cluster(spoiler.kubeconfig, 'c1', patience=0.3, wait=2, timeout=1) as opened:
        yield opened


def peer() -> Item:
    head = artefact.reference('crd.projectcalico.org/v1', 'BGPPeer', 'p1')
    head['metadata']['labels'] = {OWNER_LABEL: 'c1'}
    document = artefact.apply({**head, 'spec': {'peerIP': '10.1.1.1', 'asNumber': 65001}})
    return Item('kubernetes:BGPPeer/p1', 'BGPPeer p1', Operation.CREATE, document)


PASSING = {
    'busy': Answer(429, json.dumps(BUSY).encode(), headers={'Retry-After': '1'}),
    'broken': Answer(500, b'{"kind":'),
    'a proxy without its API': Answer(503, PAGE, 'text/html'),
    'an error page without a kind': Answer(502, PAGE, ''),
    'an error that is none of Kubernetes': Answer(500, b'"no"'),
    'JSON that ends early': Answer(200, b'{"items":[{"metadata":'),
    'fewer bytes than promised': Answer(200, b'{"items":[', promised=1000),
    'a body that never ends': Answer(200, b'{"items":[', promised=1000, hangs=True),
    'no body at all': Answer(200, b''),
    'a page in place of the API': Answer(200, PAGE, 'text/html'),
    'no text': Answer(200, b'\xff\xfe\x00'),
    'packed badly': Answer(200, b'abc', headers={'Content-Encoding': 'gzip'}),
}
NO_LISTS = {
    'something else': Answer(200, b'{"kind":"Table"}'),
    'a list of nothing known': Answer(200, b'{"items":[7],"metadata":{}}'),
}


@pytest.mark.parametrize('spoilt', sorted(PASSING.keys() - {'a body that never ends'}))
def test_what_passes_is_not_noticed(patient: KubernetesCluster, spoiler: Spoiler, spoilt: str) -> None:
    spoiler.next.extend([PASSING[spoilt], None, PASSING[spoilt], PASSING[spoilt]])
    assert patient.observe().api_group == 'crd.projectcalico.org'
    assert not spoiler.next


@pytest.mark.parametrize('spoilt', PASSING)
def test_what_stays_is_a_lost_connection_with_the_mend(hasty: KubernetesCluster, spoiler: Spoiler, spoilt: str) -> None:
    hasty.observe()
    spoiler.always = PASSING[spoilt]
    with pytest.raises(ConnectionLost, match=r'did not list ClusterInformation.* Check ') as caught:
        hasty.observe()
    assert caught.value.__cause__ is not None
    with pytest.raises(ConnectionLost, match=r'did not show BGPPeer p1.* Check '):
        hasty.apply(peer())


@pytest.mark.parametrize('spoilt', NO_LISTS)
def test_what_is_no_list_is_a_lost_connection_too(hasty: KubernetesCluster, spoiler: Spoiler, spoilt: str) -> None:
    spoiler.always = NO_LISTS[spoilt]
    with pytest.raises(ConnectionLost, match='something in between answered in its place'):
        hasty.observe()


def test_a_login_page_that_we_are_sent_to(hasty: KubernetesCluster, spoiler: Spoiler) -> None:
    spoiler.always = Answer(302, PAGE, 'text/html', {'Location': '/login'})
    with pytest.raises(Refused, match=r'HTTP 302: something in between .* Check the server of the kubeconfig'):
        hasty.observe()


def test_a_change_whose_answer_was_lost_is_made_once(
    patient: KubernetesCluster, spoiler: Spoiler, admin: Client
) -> None:
    patient.observe()
    lost = Answer(200, b'{"kind":', promised=500, behind=True)
    spoiler.next.extend([None, lost, lost])
    assert patient.apply(peer()).result is Result.CREATED
    assert not spoiler.next
    assert [found.metadata.name for found in admin.list(V1['BGPPeer'])] == ['p1']
    assert patient.apply(peer()).result is Result.UNCHANGED


def test_a_login_that_ends_in_the_middle_is_no_refusal_of_the_change(
    hasty: KubernetesCluster, spoiler: Spoiler, admin: Client
) -> None:
    """A run that would take it for one would try to go back with the same login."""
    hasty.observe()
    spoiler.always = Answer(401, b'Unauthorized', 'text/plain')
    for call in (lambda: hasty.apply(peer()), hasty.observe, lambda: hasty.look(['n1'])):
        with pytest.raises(CredentialError, match=r'has expired; make a new one'):
            call()
    assert list(admin.list(V1['BGPPeer'])) == []


def test_a_look_whose_answers_are_lost_leaves_nothing(
    patient: KubernetesCluster, spoiler: Spoiler, admin: Client
) -> None:
    patient.observe()
    lost = Answer(200, b'', promised=5, behind=True)
    spoiler.next.extend([None, lost, lost])
    [status] = patient.look(['n1'])
    assert 'calico-node on n1 did not answer' in status.error
    assert list(admin.list(V1['CalicoNodeStatus'])) == []


@pytest.mark.parametrize(
    'user',
    [{'token': 's3 cret'}, {'token': 's3cret\n'}, {'token': 's3cröt'}, {'token': 12345}],
    ids=['a blank', 'a line break', 'a letter', 'a number'],
)
def test_a_token_that_is_none_is_never_quoted(spoiler: Spoiler, user: dict[str, object]) -> None:
    document = json.loads(spoiler.kubeconfig)
    document['users'][0]['user'] = user
    with pytest.raises(CredentialError, match='is no token: it must be text without blanks') as caught:
        open_cluster(json.dumps(document), 'c1')
    assert str(user['token']).strip() not in str(caught.value)


def test_a_token_in_a_file_that_is_none_is_never_quoted(spoiler: Spoiler, tmp_path: object) -> None:
    file = f'{tmp_path}/token'
    with open(file, 'w', encoding='utf-8') as stream:
        stream.write('tok\x00en')
    document = json.loads(spoiler.kubeconfig)
    document['users'][0]['user'] = {'tokenFile': file}
    with open_cluster(json.dumps(document), 'c1', patience=0) as cluster, pytest.raises(CalicoError) as caught:
        cluster.observe()
    assert isinstance(caught.value, CredentialError)
    assert 'tok' not in str(caught.value).replace('a token is', '')
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ('user', 'words'),
    [
        ({'client-certificate-data': 'x'}, 'has a client-certificate and no client-key: add the client-key-data'),
        ({'client-key-data': 'x', 'token': 't'}, 'has a client-key and no client-certificate'),
    ],
)
def test_half_a_client_certificate_is_told(spoiler: Spoiler, user: dict[str, str], words: str) -> None:
    document = json.loads(spoiler.kubeconfig)
    document['users'][0]['user'] = user
    with pytest.raises(CredentialError, match=words):
        open_cluster(json.dumps(document), 'c1')


def test_a_server_with_an_odd_port_is_told(spoiler: Spoiler) -> None:
    text = spoiler.kubeconfig.replace(f':{spoiler.server_port}', ':https')
    with pytest.raises(CredentialError, match='is no address'), open_cluster(text, 'c1', patience=0) as cluster:
        cluster.observe()


def test_a_password_that_is_no_text_is_told_and_not_quoted(patient: KubernetesCluster, admin: Client) -> None:
    data = {'tor1': b64encode(b'\xff\xfeabc').decode()}
    admin.create(Secret(metadata=ObjectMeta(name='bgp', namespace='kube-system'), data=data))
    with pytest.raises(CredentialError, match="has no text under the key 'tor1'") as caught:
        patient.secret_value('bgp', 'tor1')
    assert caught.value.__suppress_context__
