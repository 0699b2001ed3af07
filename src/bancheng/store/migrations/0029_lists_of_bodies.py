"""Lists of a body newest first, counting from indexes alone, cases that were answered."""

from typing import Any

from django.db import migrations, models
from django.db.models import Exists, OuterRef, Subquery


def tell(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001  # reason: every step is given both
    """What the cases there are say of it."""
    case, line, event = (apps.get_model("store", name) for name in ("Case", "CaseBody", "CaseEvent"))
    whose = case.objects.filter(pk=OuterRef("case"))
    line.objects.filter(created_at=None).update(created_at=Subquery(whose.values("created_at")[:1]))
    back = event.objects.filter(case=OuterRef("pk"), kind="Resubmitted")
    case.objects.filter(Exists(back), status="received").update(answered=True)


class Migration(migrations.Migration):
    """Columns, what they hold, indexes."""

    dependencies = [
        ('store', '0028_tallies'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='casetask',
            name='store_caset_body_8787da_idx',
        ),
        migrations.RemoveIndex(
            model_name='casetask',
            name='task_done_figures',
        ),
        migrations.RemoveIndex(
            model_name='casetask',
            name='task_open_figures',
        ),
        migrations.RemoveIndex(
            model_name='casetask',
            name='task_still_to_do',
        ),
        migrations.AddField(
            model_name='case',
            name='answered',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='casebody',
            name='created_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(tell, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['onething', 'status', '-created_at'], name='case_by_thing_state'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('answered', True)), fields=['created_at'], name='case_answered'),
        ),
        migrations.AddIndex(
            model_name='casebody',
            index=models.Index(fields=['body', '-created_at', 'case'], name='body_cases'),
        ),
        migrations.AddIndex(
            model_name='casetask',
            index=models.Index(fields=['body', 'state', 'due_on', 'id', 'role', 'kind'], name='task_of_body'),
        ),
        migrations.AddIndex(
            model_name='casetask',
            index=models.Index(fields=['body', 'done_at', 'due_on', 'id', 'role', 'kind', 'state'], name='task_still_to_do'),
        ),
    ]
