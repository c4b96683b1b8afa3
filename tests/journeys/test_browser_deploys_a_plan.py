"""What a person sees who moves a cluster from the mesh to its routers and back, with nothing but a browser.

Each page is kept as a picture in `.data/pictures`, in both themes, for people to look at; `cluster.png`, `plan.png` and
`run.png` among them are what the documents show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from lab.estate import Estate
from tests.journeys.visitor import LONG_MS, Visitor, visitor

# What a sync can find again has to be gone first.
FORGET = """
import django
django.setup()
from netbox_calico.models import CalicoServiceRange
CalicoServiceRange.objects.get(prefix__prefix='2001:db8:113::/112').delete()
"""

# Of a run that has begun and not ended.
SOME_STEPS = re.compile(r'\b(?!0 )\d+ of \d+ steps complete')


@pytest.fixture(scope='module')
def person(estate: Estate) -> Iterator[Visitor]:
    with visitor('deploys-a-plan') as person:
        person.log_in(estate.netbox)
        yield person
        assert person.errors == []


@pytest.fixture(autouse=True)
def at_the_cluster(person: Visitor, estate: Estate) -> None:
    person.page.goto(f'{estate.netbox.url}plugins/calico/clusters/')
    person.follow('Lab')
    expect(person.card('As Seen Last')).to_be_visible()


def test_what_a_sync_found_becomes_objects_when_it_is_picked(person: Visitor, estate: Estate) -> None:
    page = person.page
    person.picture('cluster that was read once')
    expect(person.card('Drift')).to_contain_text('Not compared yet.')
    estate.netbox.run('-c', FORGET)

    person.press('Sync')
    expect(work_done(person)).to_contain_text('6 nodes, 0 of them new to NetBox')
    person.follow('Found')
    node = row(person.card('Nodes'), 'node-1-1')
    expect(node).to_contain_text('serial, address, name')
    expect(node.get_by_title('In NetBox already')).to_be_visible()
    expect(node.get_by_role('link', name='node-1-1')).to_be_visible()
    missing = row(person.card('Service Ranges'), '2001:db8:113::/112')
    expect(missing).to_contain_text('External IPs')
    expect(missing.get_by_role('checkbox')).to_be_checked()
    person.picture('found')

    person.press('Add what is picked')
    expect(page.get_by_text('1 object was added.')).to_be_visible()
    expect(page.get_by_text('NetBox has all of it')).to_be_visible()
    person.picture('added')


def test_a_comparison_tells_what_is_not_deployed_yet(person: Visitor, estate: Estate) -> None:
    person.press('Compare')

    drift = person.card('Drift')
    expect(drift.get_by_text('Not deployed yet').first).to_be_visible()
    expect(person.card('As Seen Last')).to_contain_text(f'{len(estate.lab.topology.tors)} on routers')
    drift.get_by_text('BGPConfiguration default').click()
    expect(drift.locator('.removed')).to_have_text(re.compile('nodeToNodeMeshEnabled: true'))
    expect(drift.locator('.added').first).to_have_text(re.compile('nodeToNodeMeshEnabled: false'))
    person.picture('compared')


def test_a_plan_is_read_approved_deployed_and_seen_on_both_sides(person: Visitor, estate: Estate) -> None:
    page, topology = person.page, estate.lab.topology
    sessions = len(topology.nodes) * topology.shape.tors * len(topology.shape.families)
    peers = len(topology.tors) * len(topology.shape.families)

    person.press('Plan')
    expect(work_done(person)).to_contain_text('Awaits approval')
    person.picture('planned')
    latest_plan(person)

    # The summary, and each target's difference.
    summary = person.card('Summary')
    expect(summary).to_contain_text(f'Create: {len(topology.tors) + peers + len(("export", "import"))}')
    expect(summary).to_contain_text(f'{len(topology.tors)} routers')
    expect(row(summary, 'Sessions watched')).to_contain_text(str(sessions))
    expect(person.card('Findings')).to_contain_text('service-connections-break')
    person.picture('plan')
    tor, node = topology.tors[0], topology.nodes[0]
    opened = step(person, f'Configure {tor.name}').locator('details').first
    opened.locator('summary').first.click()
    expect(
        opened.locator('.added', has_text=f'neighbor {node.addresses[0].ip} description {node.name}')
    ).to_be_visible()
    person.document('plan')
    opened.get_by_text('Exactly what is sent').click()
    expect(opened.locator('pre').last).to_contain_text(f'router bgp {tor.asn}')
    opened = step(person, 'Write the BGPPeers').locator('details').first
    opened.locator('summary').first.click()
    expect(opened.locator('.added', has_text=f'peerIP: {tor.addresses[0].ip}')).to_be_visible()
    opened.get_by_text('Exactly what is sent').click()
    expect(opened.locator('pre').last).to_contain_text('"kind": "BGPPeer"')
    person.picture('differences')

    approve(person, 'Read line by line.')
    person.picture('approved')
    deploy(person, document='run')
    expect(page.locator('#calico-progress')).to_contain_text(f'Created: {len(topology.tors) + peers + 2}')
    person.picture('run completed')
    person.follow('Outcomes')
    expect(row(person.content, f'{tor.name}').first).to_contain_text('Created')
    person.picture('outcomes')

    # Both sides, as NetBox has seen them.
    at_lab(person)
    seen = person.card('As Seen Last')
    expect(row(seen, 'Mesh')).to_contain_text('Off')
    expect(seen).to_contain_text(f'{sessions} of {sessions} up')
    expect(person.card('Drift')).to_contain_text('Both sides are as NetBox says.')
    person.picture('cluster at its routers')
    person.document('cluster')
    person.follow('Peerings')
    expect(person.content.get_by_text('Established', exact=True)).to_have_count(2 * sessions)
    person.picture('peerings')
    for device, number in ((tor.name, sessions // len(topology.tors)), (node.name, sessions // len(topology.nodes))):
        page.goto(f'{estate.netbox.url}dcim/devices/?name={device}')
        person.follow(device)
        expect(person.card('Calico').get_by_text('Established', exact=True)).to_have_count(2 * number)
        person.picture(f'device {device}')


def test_a_plan_that_was_overtaken_says_so_and_changes_nothing(person: Visitor, estate: Estate) -> None:
    page, progress = person.page, person.page.locator('#calico-progress')
    plan_back(person)
    approve(person, '')
    at_lab(person)
    person.press('Edit')
    page.get_by_label('Settle time').fill('3')
    person.press('Save')
    expect(person.card('Deployment')).to_contain_text('3 s')
    latest_plan(person)

    press_deploy(person)
    expect(progress).to_contain_text('NetBox has changed since the plan was made: make a new plan')
    expect(progress.locator('.badge').first).to_have_text('Failed')
    expect(progress.get_by_role('button')).to_have_count(0)
    person.picture('run of a stale plan')

    at_lab(person)
    latest_plan(person)
    expect(person.content.get_by_role('status')).to_contain_text('make a new plan')
    for name in ('Approve or reject', 'Deploy'):
        expect(page.get_by_role('button', name=name)).to_have_count(0)
    person.picture('stale plan')
    assert not estate.lab.sessions_down()


def test_a_run_is_paused_and_taken_back_from_its_page(person: Visitor, estate: Estate) -> None:
    page, progress = person.page, person.page.locator('#calico-progress')
    plan_back(person)
    approve(person, '')
    press_deploy(person)
    expect(progress).to_contain_text(SOME_STEPS)
    person.press('Pause')
    expect(progress.locator('.badge').first).to_have_text('Paused')
    expect(progress.get_by_role('button')).to_have_text(
        [re.compile(name) for name in ('Resume', 'Cancel', 'Roll back')]
    )
    person.picture('run paused')

    page.once('dialog', lambda question: question.accept())
    person.press('Roll back')
    expect(progress.locator('.badge').first).to_have_text('Rolled back', timeout=LONG_MS)
    expect(progress.get_by_role('button')).to_have_count(0)
    person.picture('run rolled back')
    at_lab(person)
    expect(row(person.card('As Seen Last'), 'Mesh')).to_contain_text('Off')
    assert not estate.lab.sessions_down()


def test_the_way_back_leads_through_the_same_pages(person: Visitor, estate: Estate) -> None:
    plan_back(person)
    expect(person.card('Findings')).to_contain_text('reached from outside')
    person.picture('plan back')
    approve(person, '')
    deploy(person)
    person.picture('run back completed')

    at_lab(person)
    expect(row(person.card('As Seen Last'), 'Mesh')).to_contain_text('On')
    person.picture('cluster back in mesh')
    person.follow('Peerings')
    expect(person.content).to_contain_text('No Calico peerings found')
    person.picture('no peerings')
    estate.lab.wait_converged()


def at_lab(person: Visitor) -> None:
    """To the cluster's own page, by its name wherever it is shown."""
    person.page.goto(re.sub(r'/plugins/calico/.*|/dcim/.*', '/plugins/calico/clusters/', person.page.url))
    person.follow('Lab')
    expect(person.card('As Seen Last')).to_be_visible()


def row(within: Locator, text: str) -> Locator:
    """The table row with that text in a cell of its own."""
    return within.get_by_role('row').filter(has=within.page.get_by_text(text, exact=True))


def step(person: Visitor, title: str) -> Locator:
    """The card of a plan's step."""
    return person.page.locator('.card').filter(has=person.page.get_by_role('heading', name=re.compile(title)))


def work_done(person: Visitor) -> Locator:
    """The panel of jobs, plans and runs, once nothing is under way: until then the page asks again and again."""
    done = person.page.locator('#calico-work:not([hx-get])')
    expect(done).to_be_visible()
    return done


def latest_plan(person: Visitor) -> None:
    """To the latest plan, from the cluster's page."""
    work_done(person).get_by_role('link', name=re.compile(r'^Lab #\d+$')).click()
    expect(person.card('Summary')).to_be_visible()


def plan_back(person: Visitor) -> None:
    """Have the way back to the mesh planned, and look at the plan."""
    person.press('Other plans')
    person.press('Back to the mesh')
    expect(work_done(person)).to_contain_text('Back to the mesh Awaits approval')
    latest_plan(person)
    expect(person.card('Summary')).to_contain_text('Node-to-node mesh')


def approve(person: Visitor, comment: str) -> None:
    """Approve the plan that is looked at."""
    person.press('Approve or reject')
    dialog = person.page.get_by_role('dialog')
    dialog.get_by_label('Comment').fill(comment)
    dialog.get_by_role('button', name='Approve', exact=True).click()
    expect(person.card('Approval')).to_contain_text('Approved')
    expect(person.card('Approval')).to_contain_text(comment)


def press_deploy(person: Visitor) -> None:
    """Deploy the plan that is looked at, and come to its run."""
    person.press('Deploy')
    person.page.get_by_role('dialog').get_by_role('button', name='Deploy').click()
    expect(person.page.locator('#calico-progress')).to_be_visible()


def deploy(person: Visitor, document: str = '') -> None:
    """Deploy the plan that is looked at, and watch the page of its run change by itself until all steps are done.

    `document` is the name of a picture for documents, half way.
    """
    press_deploy(person)
    page, progress = person.page, person.page.locator('#calico-progress')
    page.evaluate('window.isStillTheSamePage = true')
    expect(progress).to_contain_text(re.compile(r'\b0 of (\d+) steps complete'))
    expect(progress).to_contain_text('running for')
    expect(progress).to_contain_text(SOME_STEPS)
    expect(progress.get_by_role('button', name='Roll back')).to_be_visible()
    person.picture('run at work')
    if document:
        expect(progress).to_contain_text(re.compile(r'\b[7-9] of'))
        person.document(document)
    expect(progress).to_contain_text(re.compile(r'\b(\d+) of \1 steps complete'), timeout=LONG_MS)
    expect(progress.locator('.badge').first).to_have_text('Completed')
    expect(progress.get_by_role('button')).to_have_count(0)
    assert page.evaluate('window.isStillTheSamePage')
