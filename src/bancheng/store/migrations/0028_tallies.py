"""Counters of supervision; the triggers that keep them are made after every migration (`store.tallies`)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The table of the counters."""

    dependencies = [
        ('store', '0027_alarms_told'),
    ]

    operations = [
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(max_length=10)),
                ('body', models.CharField(max_length=80)),
                ('onething', models.CharField(max_length=80)),
                ('status', models.CharField(max_length=30)),
                ('day', models.IntegerField(null=True)),
                ('since', models.IntegerField(null=True)),
                ('paused', models.BooleanField(default=False)),
                ('provisional', models.BooleanField(default=False)),
                ('in_time', models.SmallIntegerField(null=True)),
                ('n', models.IntegerField()),
                ('stars', models.IntegerField(default=0)),
                ('rated', models.IntegerField(default=0)),
                ('loose', models.BooleanField(default=True)),
            ],
            options={
                'indexes': [models.Index(fields=['what', 'body', 'day'], name='tally_sort'), models.Index(condition=models.Q(('loose', True)), fields=['loose'], name='tally_loose')],
            },
        ),
    ]
