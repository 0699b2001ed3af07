"""Addresses of supervision."""

from django.urls import path

from bancheng.web.watch import reform, views

app_name = "watch"

urlpatterns = [
    path("", views.home, name="home"),
    path("reform/", reform.reform, name="reform"),
    path("cases/", views.cases, name="cases"),
    path("bodies/<slug:body>/", views.body, name="body"),
    path("cases/<str:number>/", views.case, name="case"),
]
