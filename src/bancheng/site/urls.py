"""Every address of the site; each area of the web brings its own list."""

from django.urls import include, path

from bancheng.api import api
from bancheng.site import health

# One line for each area, by its door.
urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("accounts/", include("allauth.urls")),
    path("", include("bancheng.web.frame.urls")),
    path("", include("bancheng.web.public.urls")),
    path("counter/", include("bancheng.web.counter.urls")),
    path("bureau/", include("bancheng.web.bureau.urls")),
    path("api/v1/", api.urls),
    path("benefits/", include("bancheng.web.benefits.urls")),
    path("studio/", include("bancheng.web.studio.urls")),
    path("watch/", include("bancheng.web.watch.urls")),
]

handler400 = "bancheng.web.frame.errors.bad_request"
handler403 = "bancheng.web.frame.errors.forbidden"
handler404 = "bancheng.web.frame.errors.not_found"
handler500 = "bancheng.web.frame.errors.broken"
