"""A draft remembers in which order its questions were answered."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One list, empty for drafts begun before: these go back by the printed order."""

    dependencies = (("store", "0014_added_items"),)
    operations = (
        migrations.AddField(model_name="draft", name="asked", field=models.JSONField(default=list)),
    )
