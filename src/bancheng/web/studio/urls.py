"""Addresses of the studio."""

from django.urls import path

from bancheng.web.studio import taking, views

app_name = "studio"

_ONE = "onethings/<slug:key>"

urlpatterns = [
    path("", views.home, name="home"),
    path("items/", views.items, name="items"),
    path("items/<slug:key>/", views.item, name="item"),
    path("problems/", views.problems, name="problems"),
    path("publish/", views.publish, name="publish"),
    path(f"{_ONE}/", views.onething, name="onething"),
    path(f"{_ONE}/export/<slug:kind>", taking.export, name="export"),
    path(f"{_ONE}/<slug:part>/", views.onething, name="part"),
]
