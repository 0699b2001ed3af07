"""The store as a Django application."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate


class StoreConfig(AppConfig):
    """Holds every table of Bancheng."""

    name = "bancheng.store"
    label = "store"
    verbose_name = "办成"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The counters of the database are made with its tables."""
        pre_migrate.connect(_before, sender=self)
        post_migrate.connect(_after, sender=self)


def _before(using: str, plan: Any = None, **_: Any) -> None:
    from bancheng.store import tallies  # noqa: PLC0415  # reason: tables exist once applications are ready

    if plan and connections[using].vendor == "sqlite":
        tallies.remove(connections[using])


def _after(using: str, **_: Any) -> None:
    from bancheng.store import tallies  # noqa: PLC0415  # reason: as above
    from bancheng.store.models import Case, Tally  # noqa: PLC0415  # reason: as above

    connection = connections[using]
    if Tally._meta.db_table not in connection.introspection.table_names():  # noqa: SLF001  # reason: Django's own road to a table's name
        return
    tallies.install(connection)
    if connection.vendor == "sqlite" and not Case.objects.using(using).exists():
        # A flush empties tables one after the other here, and each counts what it loses.
        Tally.objects.using(using).all().delete()
