from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('netbox_calico', '0005_design_options'),
    ]

    operations = [
        migrations.RemoveField(model_name='calicoclusterstate', name='asked'),
        migrations.RemoveField(model_name='calicoclusterstate', name='done'),
        migrations.RemoveField(model_name='calicoclusterstate', name='snapshot_digest'),
        migrations.RemoveField(model_name='calicoclusterstate', name='prefixes'),
        migrations.AddField(
            model_name='calicoclusterstate', name='compared_at', field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            model_name='calicoclusterstate',
            name='identity',
            field=models.CharField(blank=True, default='', max_length=64),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name='calicoclusterstate',
            constraint=models.UniqueConstraint(
                condition=models.Q(('identity', ''), _negated=True),
                fields=('identity',),
                name='netbox_calico_calicoclusterstate_unique_identity',
            ),
        ),
        migrations.RemoveField(model_name='calicoplan', name='origin'),
        migrations.RenameField(model_name='calicoblob', old_name='created', new_name='stored'),
    ]
