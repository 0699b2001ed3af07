"""Lists in the order of last days without gaps, and what stands beside a task of its case."""

import datetime
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0033_comparisons'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='case',
            name='store_case_status_425cdf_idx',
        ),
        migrations.RemoveIndex(
            model_name='casetask',
            name='task_of_body',
        ),
        migrations.RemoveIndex(
            model_name='casetask',
            name='task_still_to_do',
        ),
        migrations.AddField(
            model_name='case',
            name='going',
            field=models.GeneratedField(db_persist=True, expression=models.ExpressionWrapper(models.Q(('status__in', ('received', 'supplement', 'accepted'))), output_field=models.BooleanField()), output_field=models.BooleanField()),
        ),
        migrations.AddField(
            model_name='case',
            name='order_on',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Coalesce(models.F('due_on'), models.Value(datetime.date(9999, 12, 31), output_field=models.DateField())), output_field=models.DateField()),
        ),
        migrations.AddField(
            model_name='casetask',
            name='onething',
            field=models.CharField(db_default='', default='', editable=False, max_length=80),
        ),
        migrations.AddField(
            model_name='casetask',
            name='order_on',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Coalesce(models.F('due_on'), models.Value(datetime.date(9999, 12, 31), output_field=models.DateField())), output_field=models.DateField()),
        ),
        migrations.AddField(
            model_name='casetask',
            name='who',
            field=models.CharField(db_default='', default='', editable=False, max_length=200),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['status', 'order_on', 'created_at', 'id'], name='case_by_last_day'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('going', True)), fields=['order_on', 'created_at', 'id'], name='case_going'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('going', True)), fields=['onething', 'order_on', 'created_at', 'id'], name='case_going_thing'),
        ),
        migrations.AddIndex(
            model_name='casetask',
            index=models.Index(fields=['body', 'state', 'order_on', 'id', 'role', 'kind'], name='task_of_body'),
        ),
        migrations.AddIndex(
            model_name='casetask',
            index=models.Index(fields=['body', 'state', 'onething', 'order_on', 'id', 'role', 'kind', 'opened_at'], name='task_of_thing'),
        ),
        migrations.AddIndex(
            model_name='casetask',
            index=models.Index(fields=['body', 'state', 'who', 'order_on', 'id', 'role', 'kind'], name='task_of_party'),
        ),
        migrations.AddIndex(
            model_name='casetask',
            index=models.Index(fields=['body', 'done_at', 'order_on', 'id', 'role', 'kind', 'state'], name='task_still_to_do'),
        ),
    ]
