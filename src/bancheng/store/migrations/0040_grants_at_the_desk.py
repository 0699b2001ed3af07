import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0039_batches_at_windows'),
    ]

    operations = [
        migrations.RenameModel('PayoutAccount', 'BenefitSubject'),
        migrations.AddField('BenefitSubject', 'name', models.CharField(default='', max_length=200), preserve_default=False),
        migrations.AddField('BenefitSubject', 'identity', models.CharField(blank=True, max_length=40)),
        migrations.AlterField('BenefitSubject', 'account', models.CharField(blank=True, max_length=40)),
        migrations.AlterField('BenefitSubject', 'holder', models.CharField(blank=True, max_length=200)),
        migrations.AddConstraint('BenefitSubject', models.UniqueConstraint(condition=models.Q(('identity', ''), _negated=True), fields=('subject_kind', 'identity'), name='one_subject_an_identity')),
        migrations.AddIndex('BenefitSubject', models.Index(fields=['subject_kind', 'name'], name='benefit_subject_name')),
        migrations.RemoveIndex('GrantRow', 'grant_mine'),
        migrations.RemoveField('GrantRow', 'party'),
        migrations.AddIndex('GrantRow', models.Index(fields=['subject_kind', 'subject'], name='grant_of_subject')),
        migrations.AddField('GrantRow', 'sampled', models.BooleanField(null=True)),
        migrations.AddField('GrantRow', 'obstacle', models.BooleanField(default=False)),
        migrations.AddField('GrantRow', 'intent', models.CharField(default='open', max_length=8)),
        migrations.AddField('GrantRow', 'notice_until', models.DateField(null=True)),
        migrations.CreateModel(
            name='ConsentText',
            fields=[
                ('digest', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('policy', models.CharField(max_length=80)),
                ('text', models.TextField()),
                ('since', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='GrantObjection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('by', models.CharField(max_length=64)),
                ('by_name', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('text', models.TextField()),
                ('answered_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, max_length=8)),
                ('reason', models.TextField(blank=True)),
                ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='store.grantrow')),
            ],
            options={
                'indexes': [models.Index(fields=['by', '-at'], name='objections_made')],
            },
        ),
        migrations.AddField('PaymentBatch', 'budget', models.CharField(default='', max_length=80), preserve_default=False),
        migrations.AddField('PaymentBatch', 'second', models.CharField(blank=True, max_length=64)),
        migrations.AddField('PaymentBatch', 'second_name', models.CharField(blank=True, max_length=200)),
        migrations.AddField('PaymentBatch', 'second_at', models.DateTimeField(null=True)),
        migrations.AddField('PaymentBatch', 'declined', models.CharField(blank=True, max_length=300)),
        migrations.AddIndex('PaymentBatch', models.Index(fields=['entitlement', 'period', '-created_at'], name='payment_batch_of')),
    ]
