"""Every address of the site; each area of the web brings its own list."""

from django.urls import include, path

from bancheng.site import health

# One line for each area, by its door.
urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("accounts/", include("allauth.urls")),
]
