"""Closed lists of plans and runs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from utilities.choices import ChoiceSet


class PlanKindChoices(ChoiceSet):
    DEPLOY = 'deploy'
    BACK = 'back'

    CHOICES = [
        (DEPLOY, _('To the design'), 'blue'),
        (BACK, _('Back to the mesh'), 'orange'),
    ]


class PlanStatusChoices(ChoiceSet):
    """An open plan is ready, approved or running; a cluster has at most one of these."""

    REFUSED = 'refused'
    EMPTY = 'empty'
    READY = 'ready'
    APPROVED = 'approved'
    RUNNING = 'running'
    DEPLOYED = 'deployed'
    FAILED = 'failed'
    STALE = 'stale'
    WITHDRAWN = 'withdrawn'

    CHOICES = [
        (REFUSED, _('Stopped by findings'), 'red'),
        (EMPTY, _('Nothing to do'), 'green'),
        (READY, _('Awaits approval'), 'yellow'),
        (APPROVED, _('Approved'), 'cyan'),
        (RUNNING, _('Running'), 'blue'),
        (DEPLOYED, _('Deployed'), 'green'),
        (FAILED, _('Failed'), 'red'),
        (STALE, _('Stale'), 'gray'),
        (WITHDRAWN, _('Withdrawn'), 'gray'),
    ]
    OPEN = (READY, APPROVED, RUNNING)


class DecisionChoices(ChoiceSet):
    APPROVE = 'approve'
    REJECT = 'reject'

    CHOICES = [
        (APPROVE, _('Approved'), 'green'),
        (REJECT, _('Rejected'), 'red'),
    ]


class RunStatusChoices(ChoiceSet):
    """A run is active until it has ended. A cluster has at most one active run.

    A pending one waits for a worker, for the first time or again; an interrupted one for a person, who resumes it or
    rolls it back.
    """

    PENDING = 'pending'
    RUNNING = 'running'
    PAUSED = 'paused'
    ROLLING_BACK = 'rolling back'
    INTERRUPTED = 'interrupted'
    COMPLETED = 'completed'
    ROLLED_BACK = 'rolled back'
    CANCELLED = 'cancelled'
    FAILED = 'failed'

    CHOICES = [
        (PENDING, _('Pending'), 'cyan'),
        (RUNNING, _('Running'), 'blue'),
        (PAUSED, _('Paused'), 'yellow'),
        (ROLLING_BACK, _('Rolling back'), 'orange'),
        (INTERRUPTED, _('Interrupted'), 'yellow'),
        (COMPLETED, _('Completed'), 'green'),
        (ROLLED_BACK, _('Rolled back'), 'orange'),
        (CANCELLED, _('Cancelled'), 'gray'),
        (FAILED, _('Failed'), 'red'),
    ]
    AT_WORK = (RUNNING, PAUSED, ROLLING_BACK)
    ACTIVE = (PENDING, *AT_WORK, INTERRUPTED)


class WishChoices(ChoiceSet):
    RUN = 'run'
    PAUSE = 'pause'
    CANCEL = 'cancel'
    ROLL_BACK = 'rollback'

    CHOICES = [
        (RUN, _('Run'), 'blue'),
        (PAUSE, _('Pause'), 'yellow'),
        (CANCEL, _('Cancel'), 'orange'),
        (ROLL_BACK, _('Roll back'), 'red'),
    ]


class StepStatusChoices(ChoiceSet):
    RUNNING = 'running'
    COMPLETE = 'complete'
    FAILED = 'failed'
    UNDONE = 'undone'

    CHOICES = [
        (RUNNING, _('Running'), 'blue'),
        (COMPLETE, _('Complete'), 'green'),
        (FAILED, _('Failed'), 'red'),
        (UNDONE, _('Taken back'), 'orange'),
    ]


class OperationChoices(ChoiceSet):
    CREATE = 'create'
    UPDATE = 'update'
    DELETE = 'delete'

    CHOICES = [
        (CREATE, _('Create'), 'green'),
        (UPDATE, _('Update'), 'blue'),
        (DELETE, _('Delete'), 'red'),
    ]


class PhaseChoices(ChoiceSet):
    APPLY = 'apply'
    CONFIRM = 'confirm'
    ROLL_BACK = 'roll back'

    CHOICES = [
        (APPLY, _('Apply')),
        (CONFIRM, _('Confirm')),
        (ROLL_BACK, _('Roll back')),
    ]


class ResultChoices(ChoiceSet):
    UNCHANGED = 'unchanged'
    CREATED = 'created'
    UPDATED = 'updated'
    DELETED = 'deleted'
    FAILED = 'failed'

    CHOICES = [
        (UNCHANGED, _('Unchanged'), 'gray'),
        (CREATED, _('Created'), 'green'),
        (UPDATED, _('Updated'), 'blue'),
        (DELETED, _('Deleted'), 'orange'),
        (FAILED, _('Failed'), 'red'),
    ]
