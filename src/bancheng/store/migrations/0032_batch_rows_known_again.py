from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("store", "0031_papers_unmade"),
    ]

    operations = [
        migrations.AddField(
            model_name="batchrow",
            name="digest",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.UniqueConstraint(
                fields=("user", "party", "onething", "digest"), name="batch_sheet_once"
            ),
        ),
    ]
