"""Addresses of policies and their desk."""

from django.urls import path

from bancheng.web.benefits import (
    answers,
    asking,
    desk,
    drafting,
    files,
    grant,
    mine,
    nextbatch,
    reading,
    rolls,
    standing,
    totals,
)

app_name = "benefits"
urlpatterns = [
    path("", reading.policies, name="policies"),
    path("desk/", desk.home, name="home"),
    path("desk/compare/", desk.compare, name="compare"),
    path("desk/sources/", desk.sources, name="sources"),
    path("desk/rolls/", rolls.rolls, name="rolls"),
    path("desk/rolls/<slug:policy>/<str:period>/", rolls.roll, name="roll"),
    path("desk/rolls/<slug:policy>/<str:period>/<int:pk>/", grant.grant, name="grant"),
    path("desk/rolls/<slug:policy>/<str:period>/answers/", answers.answers, name="answers"),
    path("desk/rolls/<slug:policy>/<str:period>/answers/sheet/", answers.template, name="answers_template"),
    path("desk/rolls/<slug:policy>/<str:period>/next/", nextbatch.next_batch, name="next_batch"),
    path("desk/rolls/<slug:policy>/<str:period>/batches/<str:key>/", rolls.batch, name="batch"),
    path("desk/rolls/<slug:policy>/<str:period>/batches/<str:key>/file/", rolls.bank_file, name="bank_file"),
    path("ask/", asking.ask, name="ask"),
    path("desk/draft/", drafting.write, name="draft"),
    path("desk/totals/", totals.totals, name="totals"),
    path("desk/files/", files.find, name="files"),
    path("desk/files/<slug:kind>/<int:number>/", files.subject, name="file"),
    path("desk/tags/", files.tags, name="tags"),
    path("desk/tags/<slug:tag>/", files.holders, name="holders"),
    path("desk/standing/", standing.watches, name="watches"),
    path("desk/standing/<slug:policy>/", standing.people, name="standings"),
    path("desk/standing/<slug:policy>/<int:pk>/", standing.person, name="standing"),
    path("checks/", standing.checks, name="checks"),
    path("desk/<uuid:key>/", desk.comparison, name="comparison"),
    path("desk/<uuid:key>/stop/", desk.stop, name="stop"),
    path("desk/<uuid:key>/<slug:policy>/", desk.found, name="found"),
    path("desk/<uuid:key>/<slug:policy>/take/", desk.take, name="take"),
    path("desk/<uuid:key>/<slug:policy>/<int:subject>/", desk.why, name="why"),
    path("mine/", mine.mine, name="mine"),
    path("<slug:policy>/notice/<str:period>/", mine.notice, name="notice"),
    path("<slug:policy>/", reading.policy, name="policy"),
]
