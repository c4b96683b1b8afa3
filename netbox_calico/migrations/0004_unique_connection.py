from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('netbox_calico', '0003_interval_validator'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='calicocluster',
            constraint=models.UniqueConstraint(
                condition=models.Q(('connection', ''), _negated=True),
                fields=('connection',),
                name='netbox_calico_calicocluster_unique_connection',
                violation_error_message='Another cluster has this connection: a Kubernetes cluster is one here.',
            ),
        ),
    ]
