import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('netbox_calico', '0002_facts'),
    ]

    operations = [
        migrations.AlterField(
            model_name='calicocluster',
            name='interval',
            field=models.PositiveIntegerField(
                blank=True, null=True, validators=[django.core.validators.MaxValueValidator(525600)]
            ),
        ),
    ]
