"""The pages as a Django application."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Gives the areas their template tags."""

    name = "bancheng.web"
    label = "web"
    verbose_name = "办成页面"
