import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0017_promises"),
    ]

    operations = [
        migrations.CreateModel(
            name="DrawerCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("body", models.CharField(max_length=80)),
                ("clerk", models.CharField(max_length=64)),
                ("clerk_name", models.CharField(max_length=200)),
                ("day", models.DateField()),
                ("expected", models.BigIntegerField()),
                ("counted", models.BigIntegerField()),
                ("note", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("body", "clerk", "day"), name="drawer_once")],
            },
        ),
        migrations.CreateModel(
            name="RefundOrder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=80, unique=True)),
                ("payment", models.CharField(max_length=60)),
                ("amount", models.PositiveBigIntegerField()),
                ("state", models.CharField(default="sent", max_length=10)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("error", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("looked_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refund_orders",
                        to="store.case",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StatementCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("provider", models.CharField(max_length=40)),
                ("day", models.DateField()),
                ("at", models.DateTimeField()),
                ("ours", models.BigIntegerField()),
                ("theirs", models.BigIntegerField()),
                ("lines", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "day"), name="statement_day_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseBill",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due", models.BigIntegerField(default=0)),
                ("paid", models.BigIntegerField(default=0)),
                ("refunding", models.BigIntegerField(default=0)),
                ("refunded", models.BigIntegerField(default=0)),
                ("form", models.CharField(blank=True, max_length=64)),
                ("reckoned", models.CharField(blank=True, max_length=64)),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="bill", to="store.case"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["refunding"], name="bill_refunding")],
            },
        ),
        migrations.CreateModel(
            name="MoneyEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveBigIntegerField(unique=True)),
                ("key", models.CharField(max_length=90, unique=True)),
                ("at", models.DateTimeField()),
                ("body", models.CharField(max_length=80)),
                ("way", models.CharField(max_length=10)),
                ("amount", models.BigIntegerField()),
                ("provider", models.CharField(blank=True, max_length=40)),
                ("reference", models.CharField(blank=True, max_length=80)),
                ("receipt", models.CharField(max_length=60)),
                ("clerk", models.CharField(blank=True, max_length=64)),
                ("clerk_name", models.CharField(blank=True, max_length=200)),
                ("previous", models.CharField(max_length=64, unique=True)),
                ("hash", models.CharField(max_length=64, unique=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="money", to="store.case"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["body", "at"], name="money_body"),
                    models.Index(fields=["clerk", "at"], name="money_clerk"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentOrder",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("provider", models.CharField(max_length=40)),
                ("amount", models.PositiveBigIntegerField()),
                ("state", models.CharField(default="open", max_length=10)),
                ("url", models.CharField(blank=True, max_length=500)),
                ("reference", models.CharField(blank=True, max_length=80)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("looked_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payment_orders",
                        to="store.case",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["state", "looked_at"], name="payment_order_look")],
            },
        ),
        migrations.CreateModel(
            name="StatementFinding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("key", models.CharField(max_length=90)),
                ("ours", models.BigIntegerField(null=True)),
                ("theirs", models.BigIntegerField(null=True)),
                ("reference", models.CharField(blank=True, max_length=80)),
                ("settled_at", models.DateTimeField(null=True)),
                ("settled_by", models.CharField(blank=True, max_length=200)),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "case",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="store.case"
                    ),
                ),
                (
                    "check_of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="findings",
                        to="store.statementcheck",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("check_of", "kind", "key"), name="finding_once")
                ],
            },
        ),
    ]
