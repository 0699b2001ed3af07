from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0009_figures")]

    operations = [
        migrations.CreateModel(
            name="PlannedVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=80)),
                ("on_day", models.DateField(db_index=True)),
                ("digest", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("key", "on_day"), name="one_plan_a_day")],
            },
        ),
    ]
