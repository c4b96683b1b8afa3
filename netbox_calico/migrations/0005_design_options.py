import django.core.validators
import django.db.models.deletion
import ipam.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('ipam', '0097_merge_ipaddress_host_index_and_multi_protocol_services'),
        ('netbox_calico', '0004_unique_connection'),
    ]

    operations = [
        migrations.AddField(
            model_name='calicocluster',
            name='asn_range',
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name='calico_clusters',
                to='ipam.asnrange',
            ),
        ),
        migrations.AddField(
            model_name='calicocluster',
            name='scheme',
            field=models.CharField(default='per-router', max_length=20),
        ),
        migrations.AddField(
            model_name='calicocluster',
            name='loop_remedy',
            field=models.CharField(default='as-override', max_length=20),
        ),
        migrations.AddField(
            model_name='calicocluster',
            name='presented_as',
            field=ipam.fields.ASNField(
                default=65500,
                validators=[
                    django.core.validators.MaxValueValidator(
                        2147483647, 'A BGPPeer cannot hold an AS number above %(limit_value)s.'
                    )
                ],
            ),
        ),
        migrations.AddField(
            model_name='calicocluster',
            name='nodes_per_reflector',
            field=models.PositiveIntegerField(
                default=200,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(10000),
                ],
            ),
        ),
        migrations.AddField(
            model_name='calicocluster',
            name='reflectors_min',
            field=models.PositiveSmallIntegerField(
                default=3,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(1000),
                ],
            ),
        ),
        migrations.AddField(
            model_name='calicocluster',
            name='reflectors_max',
            field=models.PositiveSmallIntegerField(
                default=25,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(1000),
                ],
            ),
        ),
        migrations.AddField(
            model_name='calicocluster',
            name='redundancy',
            field=models.PositiveSmallIntegerField(
                default=3,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(100),
                ],
            ),
        ),
        migrations.AddField(
            model_name='calicocluster',
            name='spine_reflectors',
            field=models.PositiveSmallIntegerField(
                default=3,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(100),
                ],
            ),
        ),
        migrations.AddConstraint(
            model_name='calicocluster',
            constraint=models.CheckConstraint(
                condition=models.Q(('reflectors_min__gte', 1), ('reflectors_min__lte', models.F('reflectors_max'))),
                name='netbox_calico_calicocluster_reflectors',
                violation_error_message='The fewest reflectors are at least one, and no more than the most.',
            ),
        ),
        migrations.AddField(
            model_name='caliconode',
            name='asn',
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name='calico_nodes',
                to='ipam.asn',
            ),
        ),
        migrations.AddField(
            model_name='caliconode',
            name='reflector',
            field=models.CharField(default='auto', max_length=10),
        ),
        migrations.AddField(
            model_name='caliconode',
            name='drained',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='calicorouter',
            name='router_id',
            field=models.GenericIPAddressField(blank=True, null=True, protocol='IPv4'),
        ),
        migrations.AddField(
            model_name='calicorouter',
            name='drained',
            field=models.BooleanField(default=False),
        ),
        migrations.RemoveConstraint(
            model_name='calicopeering',
            name='netbox_calico_calicopeering_unique_session',
        ),
        migrations.AlterField(
            model_name='calicopeering',
            name='router',
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name='peerings',
                to='netbox_calico.calicorouter',
            ),
        ),
        migrations.AddField(
            model_name='calicopeering',
            name='peer_node',
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name='+',
                to='netbox_calico.caliconode',
            ),
        ),
        migrations.AddConstraint(
            model_name='calicopeering',
            constraint=models.UniqueConstraint(
                fields=('node', 'router', 'peer_node', 'family'),
                name='netbox_calico_calicopeering_unique_session',
                nulls_distinct=False,
                violation_error_message='There is a peering of these two and this family already.',
            ),
        ),
        migrations.AddConstraint(
            model_name='calicopeering',
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(('peer_node__isnull', True), ('router__isnull', False)),
                    models.Q(('peer_node__isnull', False), ('router__isnull', True)),
                    _connector='OR',
                ),
                name='netbox_calico_calicopeering_one_peer',
                violation_error_message='A node peers with a router or with another node: choose one of them.',
            ),
        ),
        migrations.AddConstraint(
            model_name='calicopeering',
            constraint=models.CheckConstraint(
                condition=models.Q(('peer_node__isnull', True), ('peer_node__gt', models.F('node')), _connector='OR'),
                name='netbox_calico_calicopeering_node_order',
                violation_error_message='A node does not peer with itself.',
            ),
        ),
    ]
