"""The closed lists of values that models offer, with the colours that NetBox shows them in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from utilities.choices import ChoiceSet


class DesignChoices(ChoiceSet):
    MESH = 'mesh'
    TOR_FULL_TABLES = 'tor-full-tables'

    CHOICES = [
        (MESH, _('Node-to-node mesh'), 'gray'),
        (TOR_FULL_TABLES, _('Top of rack: one AS for all nodes, full tables'), 'blue'),
    ]


class DriverChoices(ChoiceSet):
    FRR = 'frr'

    CHOICES = [(FRR, 'FRR (vtysh over SSH)', 'green')]


class TemplateSetChoices(ChoiceSet):
    FRR = 'frr'

    CHOICES = [(FRR, 'FRR', 'green')]


class RouterRoleChoices(ChoiceSet):
    TOR = 'tor'

    CHOICES = [(TOR, _('Top of rack'), 'blue')]


class EncapsulationChoices(ChoiceSet):
    NEVER = 'Never'
    CROSS_SUBNET = 'CrossSubnet'
    ALWAYS = 'Always'

    CHOICES = [
        (NEVER, _('Never'), 'green'),
        (CROSS_SUBNET, _('Across subnets'), 'yellow'),
        (ALWAYS, _('Always'), 'orange'),
    ]


class ServiceRangeKindChoices(ChoiceSet):
    CLUSTER = 'cluster'
    EXTERNAL = 'external'
    LOAD_BALANCER = 'loadbalancer'

    CHOICES = [
        (CLUSTER, _('Cluster IPs'), 'blue'),
        (EXTERNAL, _('External IPs'), 'purple'),
        (LOAD_BALANCER, _('Load balancer IPs'), 'cyan'),
    ]


class FamilyChoices(ChoiceSet):
    IPV4 = 4
    IPV6 = 6

    CHOICES = [(IPV4, 'IPv4'), (IPV6, 'IPv6')]


class PeeringOriginChoices(ChoiceSet):
    DERIVED = 'derived'
    MANUAL = 'manual'

    CHOICES = [
        (DERIVED, _('Derived'), 'blue'),
        (MANUAL, _('Manual'), 'purple'),
    ]


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


class PlanOriginChoices(ChoiceSet):
    PERSON = 'person'
    SCHEDULE = 'schedule'

    CHOICES = [
        (PERSON, _('Person')),
        (SCHEDULE, _('Schedule')),
    ]


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
    SKIPPED = 'skipped'

    CHOICES = [
        (UNCHANGED, _('Unchanged'), 'gray'),
        (CREATED, _('Created'), 'green'),
        (UPDATED, _('Updated'), 'blue'),
        (DELETED, _('Deleted'), 'orange'),
        (FAILED, _('Failed'), 'red'),
        (SKIPPED, _('Skipped'), 'yellow'),
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
