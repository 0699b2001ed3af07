"""A draft or a case may add a late item to an earlier case."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Two references, empty for everything that exists."""

    dependencies = (("store", "0013_packages"),)
    operations = (
        migrations.AddField(
            model_name="case",
            name="follows",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="added", to="store.case"
            ),
        ),
        migrations.AddField(
            model_name="draft",
            name="follows",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="adding", to="store.case"
            ),
        ),
    )
