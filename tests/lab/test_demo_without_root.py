"""Where no data centre can run, the demo says why and shows a NetBox with the cluster of a recording."""

from __future__ import annotations

import http.cookiejar
import lzma
import os
import re
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab import demo, needs
from lab.errors import LabError
from lab.netbox import recording
from lab.netbox.rest import Json, Rest
from lab.services.daemon import stop_all
from lab.services.netbox import NetBox
from lab.services.postgres import Postgres
from lab.services.redis import Redis

PLUGIN = '/api/plugins/calico'
RECORDING = next(Path(recording.__file__).parent.glob('recorded-*.json.xz'))


class Browser:
    """Somebody who is logged in."""

    def __init__(self, netbox: NetBox) -> None:
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.read(f'{netbox.url}login/'))
        assert token
        form = {'csrfmiddlewaretoken': token[1], 'username': netbox.username, 'password': netbox.password}
        self._opener.open(f'{netbox.url}login/', urllib.parse.urlencode(form).encode())

    def read(self, url: str) -> str:
        with self._opener.open(url) as answer:
            text: str = answer.read().decode()
            return text


@pytest.fixture(scope='module')
def netbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NetBox]:
    """What `make demo` starts where it can start no lab."""
    folder = tmp_path_factory.mktemp('demo')
    postgres, redis = Postgres(folder / 'postgres'), Redis(folder / 'redis')
    os.environ['NETBOX_CALICO_DEMO'] = str(folder)
    try:
        postgres.start()
        redis.start()
        yield demo.show_recorded(postgres, redis, lambda text: None, first_port=None)
    finally:
        del os.environ['NETBOX_CALICO_DEMO']
        stop_all(folder)


@pytest.fixture(scope='module')
def rest(netbox: NetBox) -> Rest:
    return Rest(netbox.url, netbox.token)


@pytest.fixture(scope='module')
def browser(netbox: NetBox) -> Browser:
    return Browser(netbox)


@pytest.fixture(scope='module')
def cluster(rest: Rest) -> Json:
    (only,) = rest.get(f'{PLUGIN}/clusters/')['results']
    return only


def test_the_cluster_says_that_it_is_recorded_and_how_it_stands(browser: Browser, cluster: Json) -> None:
    page = browser.read(cluster['display_url'])
    assert recording.NOTE in page
    assert '24 of 24 up' in page


def test_the_move_can_be_read_step_by_step(browser: Browser, rest: Rest) -> None:
    run = rest.get(f'{PLUGIN}/runs/?kind=deploy')['results'][0]
    assert run['status']['value'] == 'completed'
    page = browser.read(run['display_url'])
    for step in rest.get(f'{PLUGIN}/plans/{run["plan"]["id"]}/steps/'):  # type: ignore[attr-defined]
        assert step['title'] in page
    assert 'tor-1a' in page


def test_the_way_back_waits_with_its_diffs(browser: Browser, rest: Rest) -> None:
    (plan,) = rest.get(f'{PLUGIN}/plans/?kind=back')['results']
    assert plan['status']['value'] == 'ready'
    items = rest.get(f'{PLUGIN}/plans/{plan["id"]}/items/')['results']
    assert {item['operation']['value'] for item in items} >= {'delete', 'update'}
    assert plan['digest'][:12] in browser.read(plan['display_url'])


def test_hosts_and_peerings_show_their_sessions(browser: Browser, rest: Rest) -> None:
    peerings = rest.get(f'{PLUGIN}/peerings/')
    assert peerings['count'] == 24
    assert 'Established' in browser.read(peerings['results'][0]['display_url'])
    (router,) = rest.get('/api/dcim/devices/?name=tor-1a')['results']
    panel = browser.read(f'{router["display_url"]}calico/')
    assert 'node-1-1' in panel
    assert 'Established' in panel


def test_cables_are_traced_and_counted(rest: Rest) -> None:
    (router,) = rest.get('/api/dcim/devices/?name=tor-1a')['results']
    interfaces = rest.get(f'/api/dcim/interfaces/?device_id={router["id"]}')
    assert router['interface_count'] == interfaces['count']
    ends = {end['device']['name'] for row in interfaces['results'] for end in row['connected_endpoints'] or ()}
    assert 'spine' in ' '.join(ends)


def test_new_objects_find_free_numbers(rest: Rest, cluster: Json) -> None:
    site = rest.post('/api/dcim/sites/', {'name': 'Annex', 'slug': 'annex'})
    assert rest.post('/api/dcim/racks/', {'name': 'rack-9', 'site': site['id']})['site']['id'] == site['id']
    prefix = rest.post('/api/ipam/prefixes/', {'prefix': '198.51.100.0/24'})
    pool = rest.post(f'{PLUGIN}/pools/', {'cluster': cluster['id'], 'prefix': prefix['id'], 'name': 'another'})
    assert pool['cluster']['id'] == cluster['id']


@pytest.mark.parametrize(('action', 'body'), [('sync', {}), ('plan', {'kind': 'deploy'})])
def test_what_needs_the_cluster_fails_in_words(
    rest: Rest, browser: Browser, cluster: Json, action: str, body: Json
) -> None:
    job = rest.post(f'{PLUGIN}/clusters/{cluster["id"]}/{action}/', body)
    job = rest.wait(
        f'/api/core/jobs/{job["id"]}/',
        lambda job: job['status']['value'] in ('completed', 'errored', 'failed'),
        timeout=60,
    )
    assert job['status']['value'] in ('errored', 'failed')
    assert "Credential 'lab-cluster' is not configured: add it to" in job['error']
    assert 'Traceback' not in job['error']


def test_the_recording_tells_nothing_of_where_it_was_made() -> None:
    text = lzma.decompress(RECORDING.read_bytes()).decode()
    assert len(text) > 100_000
    for told in ('/root', '/home', '/tmp', '/work', '.data/', 'PRIVATE KEY', 'nbt_', 'Bearer', 'kubeconfig:'):
        assert told not in text
    assert set(re.findall(r'"(?:user|created_by|started_by)_?n?a?m?e?": \[?"(\w+)"', text)) == {'admin'}
    assert RECORDING.stat().st_size < 200_000


def test_nothing_is_missing_where_the_tests_run() -> None:
    assert needs.missing() == []


def test_an_ordinary_user_misses_root() -> None:
    os.seteuid(65534)
    try:
        assert needs.missing() == ['root']
    finally:
        os.seteuid(0)


def test_root_of_a_container_misses_the_right() -> None:
    script = 'from lab import needs; print(needs.missing())'
    less = ['setpriv', '--bounding-set=-sys_admin', '--inh-caps=-sys_admin']
    told = subprocess.run([*less, sys.executable, '-c', script], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "['the right to make network namespaces']"


@pytest.mark.parametrize(
    ('place', 'package'),
    [('/usr/lib/frr', 'the package frr, the package frr-pythontools'), ('/usr/sbin', 'the package bird2')],
)
def test_missing_programs_are_named_by_their_packages(place: str, package: str) -> None:
    script = 'from lab import needs; print(", ".join(needs.missing()))'
    hide = f'mount -t tmpfs none {place} && exec "$@"'
    told = subprocess.run(
        ['unshare', '--mount', 'sh', '-c', hide, 'sh', sys.executable, '-c', script],
        capture_output=True,
        text=True,
        check=True,
    )
    assert package in told.stdout


def test_words_it_does_not_know_are_answered_with_those_it_does() -> None:
    with pytest.raises(LabError, match=r'save FOLDER\|load'):
        recording.main(['keep'])
