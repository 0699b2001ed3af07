"""Slips that have a number and no file yet are found at once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """An index over those alone."""

    dependencies = [
        ('store', '0030_grants'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='paper',
            index=models.Index(condition=models.Q(('file', '')), fields=['on', 'id'], name='paper_unmade'),
        ),
    ]
