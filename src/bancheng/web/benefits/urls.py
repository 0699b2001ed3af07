"""Addresses of policies and their desk."""

from django.urls import path

from bancheng.web.benefits import desk, reading

app_name = "benefits"
urlpatterns = [
    path("", reading.policies, name="policies"),
    path("desk/", desk.home, name="home"),
    path("desk/compare/", desk.compare, name="compare"),
    path("desk/sources/", desk.sources, name="sources"),
    path("desk/<uuid:key>/", desk.comparison, name="comparison"),
    path("desk/<uuid:key>/stop/", desk.stop, name="stop"),
    path("desk/<uuid:key>/<slug:policy>/", desk.found, name="found"),
    path("desk/<uuid:key>/<slug:policy>/take/", desk.take, name="take"),
    path("desk/<uuid:key>/<slug:policy>/<int:subject>/", desk.why, name="why"),
    path("<slug:policy>/", reading.policy, name="policy"),
]
