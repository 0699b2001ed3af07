"""States of open cases, kept so that an act need not read the whole log."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A cache: empty at first, filled as cases go on."""

    dependencies = (("store", "0015_order_asked"),)
    operations = (
        migrations.CreateModel(
            name="CaseSnapshot",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="snapshot",
                        serialize=False,
                        to="store.case",
                    ),
                ),
                ("seq", models.PositiveIntegerField()),
                ("head", models.CharField(max_length=64)),
                ("mark", models.CharField(max_length=64)),
                ("state", models.BinaryField()),
                ("seal", models.CharField(max_length=64)),
                ("checked_at", models.DateTimeField(db_index=True)),
            ],
        ),
    )
