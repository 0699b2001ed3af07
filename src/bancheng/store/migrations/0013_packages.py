"""Common ground of content packages, and packages waiting to be looked through."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("store", "0012_library_saver"),)
    operations = (
        migrations.CreateModel(
            name="PackageBase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("key", models.CharField(max_length=160)),
                ("digest", models.CharField(max_length=64)),
                ("origin", models.CharField(blank=True, max_length=300)),
                ("imported_at", models.DateTimeField()),
            ],
            options={
                "constraints": (
                    models.UniqueConstraint(fields=("kind", "key"), name="one_base_of_a_record"),
                ),
            },
        ),
        migrations.CreateModel(
            name="PackageUpload",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=200)),
                ("content", models.BinaryField()),
                ("uploaded_at", models.DateTimeField()),
                (
                    "owner",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    )
