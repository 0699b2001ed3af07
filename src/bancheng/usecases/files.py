"""Erasing files: the row and the bytes go together, the bytes only once the row is gone for good."""

from __future__ import annotations

from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet

from bancheng.store.models import Upload


def erase(uploads: QuerySet[Upload]) -> int:
    """Delete these files with their bytes; how many. The bytes go when the transaction around this is committed."""
    rows = list(uploads)
    with transaction.atomic():
        Upload.objects.filter(pk__in=[row.pk for row in rows]).delete()
        for row in rows:
            if row.file:
                transaction.on_commit(partial(default_storage.delete, row.file))
    return len(rows)


def erase_one(upload: Upload) -> int:
    """Delete one file for a sweep: the bytes first, so that one that is cut off in between is found again."""
    if upload.file:
        default_storage.delete(upload.file)
    Upload.objects.filter(pk=upload.pk).delete()
    return 1
