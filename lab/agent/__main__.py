"""The agent of all nodes of one lab: `python -m lab.agent FOLDER`."""

from __future__ import annotations

import argparse
import logging
import os
import shlex
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lab.agent.bird import Bird, Program, Supervisor
from lab.agent.cluster import ClusterCopy, calico_group, collections, status_path
from lab.agent.renderer import StandIn, start_programs
from lab.agent.reporter import Reporter
from lab.agent.startup import announce
from lab.agent.views import MANY_NODES
from lab.api import Api
from lab.record import READY, STANDS, Record


def main() -> None:
    """Serve until killed, as soon as there is a lab in the folder."""
    parser = argparse.ArgumentParser(prog='python -m lab.agent', description=__doc__)
    parser.add_argument('folder', type=Path, help='the folder of the lab')
    logging.basicConfig(level=logging.INFO, format='%(asctime)s %(levelname)s %(name)s: %(message)s')
    folder = parser.parse_args().folder
    while not (folder / STANDS).exists():
        time.sleep(0.02)
    run(Record.load(folder))


def run(record: Record) -> None:
    """Be the agent of every node of the lab."""
    topology, folder = record.topology, record.folder
    if len(topology.nodes) >= MANY_NODES:
        # Hundreds of daemons that are woken for one packet each would spend most of their time on waking up.
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    program = Program.find(record.bird)
    folders = {node.name: record.device_folder(node.name) for node in topology.nodes}
    birds = Supervisor(
        Bird(program, record.namespaces[node.name], family, folders[node.name])
        for node in topology.nodes
        for family in topology.shape.families
    )
    api = Api(record.kubeconfig)
    group = calico_group(api)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda node: announce(Api(record.kubeconfig), group, node), topology.nodes))
    stand_in = StandIn(birds, 1 if program.version == 1 else 2, lambda: copy.objects())
    reporter = Reporter(record.kubeconfig, status_path(api, group), birds, lambda: copy.objects()['CalicoNodeStatus'])

    def changed(kind: str) -> None:
        stand_in.changed(kind)
        if kind == 'CalicoNodeStatus':
            reporter.wake.set()

    copy = ClusterCopy(record.kubeconfig, collections(group), changed)
    copy.start()
    if record.renderer:
        nodes = {node.name: record.namespaces[node.name] for node in topology.nodes}
        start_programs(shlex.split(record.renderer), nodes, folders, record.kubeconfig)
    else:
        threading.Thread(target=stand_in.run, name='renderer', daemon=True).start()
    threading.Thread(target=birds.run, name='supervisor', daemon=True).start()
    (folder / READY).touch()
    reporter.run()


if __name__ == '__main__':
    main()
