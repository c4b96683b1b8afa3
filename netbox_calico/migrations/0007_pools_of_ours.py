from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('netbox_calico', '0006_facts_that_are_written'),
    ]

    operations = [
        migrations.AddField(model_name='calicopool', name='ours', field=models.BooleanField(default=False)),
    ]
