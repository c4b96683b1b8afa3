"""Closed lists of what was seen, and of what is stored about it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from utilities.choices import ChoiceSet


class SessionStateChoices(ChoiceSet):
    """What one end says of a session; unknown means that the end could not be asked."""

    UNKNOWN = 0
    DOWN = 1
    UP = 2

    CHOICES = [
        (UNKNOWN, _('Unknown'), 'gray'),
        (DOWN, _('Down'), 'red'),
        (UP, _('Established'), 'green'),
    ]


class MeshChoices(ChoiceSet):
    UNKNOWN = ''
    ON = 'on'
    OFF = 'off'

    CHOICES = [
        (UNKNOWN, _('Unknown'), 'gray'),
        (ON, _('On'), 'blue'),
        (OFF, _('Off'), 'green'),
    ]


class SeverityChoices(ChoiceSet):
    ERROR = 'error'
    WARNING = 'warning'
    NOTE = 'note'

    CHOICES = [
        (ERROR, _('Error'), 'red'),
        (WARNING, _('Warning'), 'yellow'),
        (NOTE, _('Note'), 'blue'),
    ]


class BlobKindChoices(ChoiceSet):
    ARTEFACT = 'artefact'
    DIFF = 'diff'
    FINDINGS = 'findings'
    EXPECTED = 'expected'
    PROPOSAL = 'proposal'
    DRIFT = 'drift'

    CHOICES = [
        (ARTEFACT, _('Artefact')),
        (DIFF, _('Diff')),
        (FINDINGS, _('Findings')),
        (EXPECTED, _('Expected sessions')),
        (PROPOSAL, _('Proposal')),
        (DRIFT, _('Drift')),
    ]
