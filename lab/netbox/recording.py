"""A cluster that was moved once, as a file: what NetBox knew after a live demo, for machines that cannot run one.

`python -m lab.netbox.recording save FOLDER` writes the file from the demo that runs in FOLDER; `load`, in NetBox's
environment, puts it into a database without any such objects.
"""

from __future__ import annotations

import importlib.metadata
import io
import json
import lzma
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command

from lab.errors import LabError
from lab.netbox import settings

NOTE = 'A recording: the cluster is not on this machine, so it can be looked at, but neither read again nor changed.'

_APPS = ('dcim', 'ipam', settings.PLUGIN)
# Leases name processes. Cable paths name content types by number, which differ between databases: traced anew. The
# profiles come with every NetBox.
_LEFT_OUT = ('dcim.CablePath', 'dcim.ModuleTypeProfile', f'{settings.PLUGIN}.CalicoLease')
_MEND = 'start `make demo` as root, plan the way back, and run `python -m lab.netbox.recording save .data/demo`'


def save(folder: Path) -> Path:
    """Write the recording of the demo in `folder` beside this module and return the file. Its NetBox has to run."""
    os.environ.update(settings.environment(folder / 'netbox'))
    django.setup()
    # Django's, and usable only now.
    from django.core import serializers

    rows: list[dict[str, Any]] = json.loads(
        serializers.serialize('json', _objects(), use_natural_foreign_keys=True, indent=None)
    )
    for row in rows:
        if '_path' in row['fields']:
            row['fields']['_path'] = None
        if row['model'] == f'{settings.PLUGIN}.calicocluster':
            row['fields']['description'] = NOTE
    file = _file()
    file.write_bytes(lzma.compress(json.dumps(rows, ensure_ascii=False).encode(), preset=9 | lzma.PRESET_EXTREME))
    return file


def load() -> None:
    """Put the recording into this process's NetBox, whose administrator is `admin`.

    Raises LabError when there is no recording for the installed release, or the models have changed since.
    """
    file = _file()
    if not file.exists():
        raise LabError(f'{file.name} is missing: {_MEND}')
    from django.core.serializers.base import DeserializationError

    try:
        call_command('loaddata', str(file), verbosity=0)
    except DeserializationError as exc:
        raise LabError(f'{file.name} does not fit the models any more: {_MEND} ({exc}).') from exc
    silence = io.StringIO()
    call_command('trace_paths', no_input=True, stdout=silence)
    # NetBox counts what is saved, also what comes with its counts.
    call_command('calculate_cached_counts', stdout=silence)


def _objects() -> Iterator[Any]:
    from core.models import Job
    from django.apps import apps
    from django.core.serializers.json import DjangoJSONEncoder

    for app in _APPS:
        for model in apps.get_app_config(app).get_models():
            if model._meta.label not in _LEFT_OUT and not model._meta.proxy:
                yield from model._base_manager.order_by('pk')
    # Runs point at theirs, and the page of the cluster shows the last ones.
    for job in Job.objects.filter(object_type__app_label=settings.PLUGIN).order_by('pk'):
        # Times inside an array of documents are more than Django's serializer can write.
        job.log_entries = json.loads(json.dumps(job.log_entries, cls=DjangoJSONEncoder))
        yield job


def _file() -> Path:
    return Path(__file__).with_name(f'recorded-{importlib.metadata.version("netbox")}.json.xz')


def main(words: list[str]) -> None:
    """`save FOLDER` or `load`."""
    match words:
        case ['save', folder]:
            print(save(Path(folder).resolve()))
        case ['load']:
            django.setup()
            load()
        case _:
            raise LabError('usage: python -m lab.netbox.recording save FOLDER|load')


if __name__ == '__main__':
    try:
        main(sys.argv[1:])
    except LabError as error:
        sys.exit(str(error))
