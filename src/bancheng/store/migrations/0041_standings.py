from django.db import migrations, models
import django.db.models.deletion
import uuid


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0040_grants_at_the_desk'),
    ]

    operations = [
        migrations.AddField('BenefitSubject', 'phone', models.CharField(blank=True, max_length=40)),
        migrations.CreateModel(
            name='StandingRun',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('benefit', models.CharField(max_length=80)),
                ('state', models.CharField(default='waiting', max_length=8)),
                ('by', models.CharField(max_length=64)),
                ('by_name', models.CharField(max_length=200)),
                ('asked_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('as_of', models.DateField()),
                ('sources', models.JSONField(default=list)),
                ('figures', models.JSONField(default=dict)),
                ('error', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'asked_at'], name='standing_run_next'), models.Index(fields=['benefit', '-asked_at'], name='standing_run_of')],
            },
        ),
        migrations.CreateModel(
            name='StandingRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('benefit', models.CharField(max_length=80)),
                ('subject_kind', models.CharField(max_length=10)),
                ('subject', models.PositiveBigIntegerField()),
                ('body', models.CharField(max_length=80)),
                ('division', models.CharField(blank=True, max_length=12)),
                ('sequence', models.PositiveIntegerField(default=0)),
                ('phase', models.CharField(max_length=10)),
                ('finding', models.CharField(blank=True, max_length=10)),
                ('good_until', models.DateField(null=True)),
                ('assigned', models.CharField(blank=True, max_length=64)),
                ('assigned_name', models.CharField(blank=True, max_length=200)),
                ('ask_until', models.DateField(null=True)),
                ('ended', models.BooleanField(default=False)),
                ('owed', models.PositiveBigIntegerField(default=0)),
                ('updated_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['benefit', 'phase', 'subject'], name='standing_list'), models.Index(fields=['assigned', 'ask_until'], name='standing_to_ask'), models.Index(fields=['subject_kind', 'subject'], name='standing_of_subject')],
                'constraints': [models.UniqueConstraint(fields=('benefit', 'subject_kind', 'subject'), name='standing_once')],
            },
        ),
        migrations.CreateModel(
            name='StandingEventRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sequence', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('body', models.TextField()),
                ('hash', models.CharField(max_length=64)),
                ('standing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='store.standingrow')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('standing', 'sequence'), name='standing_event_once')],
            },
        ),
    ]
