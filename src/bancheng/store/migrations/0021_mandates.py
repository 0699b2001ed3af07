import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0020_exchange"),
    ]

    operations = [
        migrations.CreateModel(
            name="Batch",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("onething", models.CharField(max_length=80)),
                ("name", models.CharField(max_length=200)),
                ("digest", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="BatchRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("label", models.CharField(blank=True, max_length=200)),
                ("problems", models.JSONField(default=list)),
            ],
            options={
                "ordering": ("batch", "number"),
            },
        ),
        migrations.CreateModel(
            name="SignRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("state", models.CharField(default="asked", max_length=10)),
                ("capacity", models.CharField(blank=True, max_length=20)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="SignRound",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("onething", models.CharField(max_length=80)),
                ("blueprint", models.CharField(max_length=64)),
                ("values", models.JSONField(null=True)),
                ("salt", models.CharField(blank=True, max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("open", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="mandate",
            name="mandate_once",
        ),
        migrations.AddField(
            model_name="mandate",
            name="acts",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="mandate",
            name="basis",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="mandate",
            name="granted_by",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="mandate",
            name="recorded_by",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="mandate",
            name="revoked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="mandate",
            name="revoked_by",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at", None)),
                fields=("user", "party", "kind", "onething"),
                name="mandate_once",
            ),
        ),
        migrations.AddField(
            model_name="batch",
            name="party",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="batches", to="store.party"
            ),
        ),
        migrations.AddField(
            model_name="batch",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="batches",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="batchrow",
            name="batch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="store.batch"
            ),
        ),
        migrations.AddField(
            model_name="batchrow",
            name="case",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="batch_rows",
                to="store.case",
            ),
        ),
        migrations.AddField(
            model_name="batchrow",
            name="draft",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="batch_rows",
                to="store.draft",
            ),
        ),
        migrations.AddField(
            model_name="signrequest",
            name="party",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="sign_requests", to="store.party"
            ),
        ),
        migrations.AddField(
            model_name="signrequest",
            name="user",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="signround",
            name="case",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sign_rounds",
                to="store.case",
            ),
        ),
        migrations.AddField(
            model_name="signround",
            name="draft",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="sign_rounds",
                to="store.draft",
            ),
        ),
        migrations.AddField(
            model_name="signrequest",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="requests", to="store.signround"
            ),
        ),
        migrations.AddConstraint(
            model_name="batchrow",
            constraint=models.UniqueConstraint(fields=("batch", "number"), name="batch_row_once"),
        ),
        migrations.AddConstraint(
            model_name="signrequest",
            constraint=models.UniqueConstraint(fields=("round", "party"), name="sign_once"),
        ),
    ]
