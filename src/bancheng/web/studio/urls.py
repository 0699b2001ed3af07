"""Addresses of the studio."""

from django.urls import path

from bancheng.web.studio import (
    compose,
    conditions,
    desk,
    figures,
    importing,
    item_edit,
    offices,
    packaging,
    standards,
    taking,
    views,
)

app_name = "studio"

_ONE = "onethings/<slug:key>"

urlpatterns = [
    path("", views.home, name="home"),
    path("items/", views.items, name="items"),
    path("items/<slug:key>/", views.item, name="item"),
    path("items/<slug:key>/edit/", item_edit.edit, name="item_edit"),
    path("problems/", views.problems, name="problems"),
    path("families/<slug:key>/", views.family, name="family"),
    path("items/<slug:key>/begin", standards.begin, name="item_begin"),
    path("standards/", standards.differences, name="standards"),
    path("standards/places/", standards.places, name="standards_places"),
    path("standards/rules/", standards.rules, name="standards_rules"),
    path("standards/list.<slug:kind>", standards.differences_list, name="standards_list"),
    path("quality/", standards.quality, name="quality"),
    path("quality/items/", standards.quality_items, name="quality_items"),
    path("quality/list.<slug:kind>", standards.quality_list, name="quality_list"),
    path("imports/", importing.imports, name="imports"),
    path("imports/template.xlsx", importing.template, name="import_template"),
    path("imports/items.<slug:kind>", importing.export, name="import_export"),
    path("imports/<uuid:run>/", importing.run, name="import_run"),
    path("imports/<uuid:run>/act", importing.act, name="import_act"),
    path("imports/<uuid:run>/codes/", importing.codes, name="import_codes"),
    path("imports/<uuid:run>/lines/<int:place>/", importing.line, name="import_line"),
    path("imports/<uuid:run>/quarantine.xlsx", importing.quarantine, name="import_quarantine"),
    path("packages/", packaging.packages, name="packages"),
    path("packages/download", packaging.download, name="package_download"),
    path("packages/<uuid:number>/", packaging.package, name="package"),
    path("publish/", views.publish, name="publish"),
    path("desk/", desk.desk, name="desk"),
    path("desk/<int:number>/", desk.entry, name="entry"),
    path("desk/<int:number>/decide", desk.decide, name="entry_decide"),
    path("offices/", offices.offices, name="offices"),
    path("offices/<slug:kind>/new/", offices.new, name="office_new"),
    path("offices/<slug:kind>/<slug:key>/edit/", offices.edit, name="office_edit"),
    path("history/<slug:kind>/<str:key>/", desk.history, name="entry_history"),
    path("compose/", compose.new, name="compose_new"),
    path("compose/<slug:key>/", compose.compose, name="compose"),
    path("compose/<slug:key>/live", compose.live, name="compose_live"),
    path("compose/<slug:key>/search", compose.search, name="compose_search"),
    path("conditions/suggest", conditions.suggest, name="condition_suggest"),
    path("conditions/rows", conditions.rows, name="condition_rows"),
    path(f"{_ONE}/", views.onething, name="onething"),
    path(f"{_ONE}/export/<slug:kind>", taking.export, name="export"),
    path("figures/", figures.city, name="figures"),
    path(f"{_ONE}/baseline", figures.freeze, name="freeze"),
    path(f"{_ONE}/savings.csv", figures.savings_csv, name="savings_csv"),
    path(f"{_ONE}/<slug:part>/", views.onething, name="part"),
]
