"""Indexes by which lists of a million cases answer."""

from typing import Any

from django.db import migrations, models


def turn(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001  # reason: every step is given both
    """Numbers of the cases there are, read backwards."""
    cases = apps.get_model("store", "Case").objects
    batch = []
    for case in cases.filter(mirror="").only("number").iterator(chunk_size=2000):
        case.mirror = case.number[::-1]
        batch.append(case)
        if len(batch) == 500:
            cases.bulk_update(batch, ["mirror"])
            batch = []
    cases.bulk_update(batch, ["mirror"])


class Migration(migrations.Migration):
    """Cases by state and by one-thing, newest first; results nobody has fetched."""

    dependencies = (("store", "0024_places"),)
    operations = (
        migrations.AddField(
            model_name="case",
            name="mirror",
            field=models.CharField(db_index=True, default="", editable=False, max_length=43),
        ),
        migrations.RunPython(turn, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="case", index=models.Index(fields=["status", "-created_at"], name="case_by_state")
        ),
        migrations.AddIndex(
            model_name="case", index=models.Index(fields=["onething", "-created_at"], name="case_by_thing")
        ),
        migrations.RemoveIndex(model_name="casetask", name="store_caset_assigne_71830e_idx"),
        migrations.AddIndex(
            model_name="casetask",
            index=models.Index(fields=["assignee", "state", "body"], name="task_of_person"),
        ),
        migrations.AddIndex(
            model_name="casetask",
            index=models.Index(fields=["body", "done_at", "due_on"], name="task_still_to_do"),
        ),
        migrations.AddIndex(
            model_name="resultdocument",
            index=models.Index(
                condition=models.Q(("delivered_at", None)), fields=["case"], name="result_to_fetch"
            ),
        ),
    )
