import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0045_library_policies"),
    ]

    operations = [
        migrations.CreateModel(
            name="OfferList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("policy", models.CharField(max_length=80)),
                ("period", models.CharField(max_length=20)),
                ("body", models.CharField(max_length=80)),
                ("subject_kind", models.CharField(max_length=10)),
                ("by", models.CharField(max_length=64)),
                ("by_name", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("sent_by_name", models.CharField(blank=True, max_length=200)),
                ("comparison", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="offers", to="store.benefitcomparison")),
            ],
            options={"indexes": [models.Index(fields=["policy", "-made_at"], name="offer_list_of")]},
        ),
        migrations.CreateModel(
            name="PolicyOffer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("policy", models.CharField(max_length=80)),
                ("period", models.CharField(max_length=20)),
                ("subject_kind", models.CharField(max_length=10)),
                ("subject", models.PositiveBigIntegerField()),
                ("division", models.CharField(blank=True, max_length=12)),
                ("entitlement", models.CharField(max_length=80)),
                ("amount", models.PositiveBigIntegerField(null=True)),
                ("reach", models.CharField(max_length=8)),
                ("sent_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(blank=True, max_length=8)),
                ("answered_at", models.DateTimeField(null=True)),
                ("list", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="offers", to="store.offerlist")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["list", "subject"], name="offers_of_list"),
                    models.Index(fields=["subject_kind", "subject"], name="offers_of_subject"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("policy", "period", "subject_kind", "subject"), name="offered_once")
                ],
            },
        ),
        migrations.RemoveConstraint(model_name="benefitnews", name="news_of_one"),
        migrations.AddField(
            model_name="benefitnews",
            name="offer",
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="news", to="store.policyoffer"),
        ),
        migrations.AddConstraint(
            model_name="benefitnews",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("grant", None), ("offer", None), ("standing__isnull", False)),
                    models.Q(("grant__isnull", False), ("offer", None), ("standing", None)),
                    models.Q(("grant", None), ("offer__isnull", False), ("standing", None)),
                    _connector="OR",
                ),
                name="news_of_one",
            ),
        ),
    ]
