"""Addresses of supervision."""

from django.urls import path

from bancheng.web.watch import (
    alarms,
    exchange,
    offices,
    reform,
    renewed,
    stuck,
    views,
)

app_name = "watch"

urlpatterns = [
    path("", views.home, name="home"),
    path("reform/", reform.reform, name="reform"),
    path("warnings/", alarms.home, name="alarms"),
    path("warnings/seen/", alarms.acknowledge, name="acknowledge"),
    path("renewed/", renewed.renewed, name="renewed"),
    path("cases/", views.cases, name="cases"),
    path("bodies/<slug:body>/", views.body, name="body"),
    path("cases/<str:number>/", views.case, name="case"),
    path("changes/", offices.changes, name="changes"),
    path("changes/<slug:key>/", offices.change, name="change"),
    path("duties/", offices.duties, name="duties"),
    path("posts/", offices.people, name="posts"),
    path("versions/", offices.versions, name="versions"),
    path("versions/<slug:onething>/", offices.version, name="version"),
    path("versions/<slug:onething>/move/", offices.move, name="move"),
    path("exchange/", exchange.exchange, name="exchange"),
    path("exchange/<uuid:parcel>/", exchange.parcel, name="parcel"),
    path("stuck/", stuck.stuck, name="stuck"),
    path("stuck/<int:row>/", stuck.stuck_row, name="stuck_row"),
]
