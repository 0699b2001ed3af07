from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0044_benefit_news"),
    ]

    operations = [
        migrations.AddField(
            model_name="libraryentry",
            name="body",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddIndex(
            model_name="libraryentry",
            index=models.Index(fields=["kind", "body", "-saved_at"], name="library_of_body"),
        ),
    ]
