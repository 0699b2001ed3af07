"""The store as a Django application."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Holds every table of Bancheng."""

    name = "bancheng.store"
    label = "store"
    verbose_name = "办成"
    default_auto_field = "django.db.models.BigAutoField"
