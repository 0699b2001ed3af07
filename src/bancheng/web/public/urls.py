"""Addresses of the public pages."""

from django.urls import path

from bancheng.web.public import (
    answering,
    asking,
    cases,
    checking,
    declaring,
    families,
    filling,
    finding,
    papers,
    paying,
    preparing,
    promising,
    rows,
    verifying,
)

app_name = "public"

_APPLY = "apply/<uuid:draft>"
_CASE = "cases/<str:number>"
_NOTICE = f"{_CASE}/notice/<int:notice>"

urlpatterns = [
    path("", finding.home, name="home"),
    path("search", finding.search, name="search"),
    path("do/<slug:key>/", finding.guide, name="guide"),
    path("do/<slug:key>/begin", finding.begin, name="begin"),
    path("do/<slug:key>/take/<slug:kind>", finding.take, name="output"),
    path("family/<slug:key>/", families.family, name="family"),
    path("item/<slug:key>/", finding.item, name="item"),
    path(f"{_APPLY}/", preparing.tasks, name="tasks"),
    path(f"{_APPLY}/questions/", asking.questions, name="questions"),
    path(f"{_APPLY}/questions/<slug:element>/", asking.question, name="question"),
    path(f"{_APPLY}/list/", preparing.personal_list, name="list"),
    path(f"{_APPLY}/for/", preparing.whom, name="whom"),
    path(f"{_APPLY}/who/", declaring.who, name="who"),
    path(f"{_APPLY}/update/", preparing.update, name="update"),
    path(f"{_APPLY}/discard/", preparing.throw_away, name="discard"),
    path(f"{_APPLY}/form/<slug:key>/", filling.group, name="form"),
    path(f"{_APPLY}/rows/<slug:element>/", rows.rows, name="rows"),
    path(f"{_APPLY}/rows/<slug:element>/<int:number>/", rows.row, name="row"),
    path(f"{_APPLY}/materials/", papers.materials, name="materials"),
    path(f"{_APPLY}/materials/<slug:document>/", papers.material, name="material"),
    path(f"{_APPLY}/materials/<slug:document>/promise/", promising.promise, name="promise"),
    path(f"{_APPLY}/materials/<slug:document>/unsign", promising.unsign, name="unsign"),
    path(f"{_APPLY}/files/<uuid:upload>/delete", papers.drop, name="drop"),
    path(f"{_APPLY}/check/", checking.check, name="check"),
    path("files/<uuid:upload>", papers.file, name="file"),
    path("cases/", cases.cases, name="cases"),
    path(f"{_CASE}/", cases.case, name="case"),
    path(f"{_CASE}/more/", cases.add_item, name="add_item"),
    path(f"{_CASE}/done/", checking.done, name="done"),
    path(f"{_NOTICE}/", answering.notice, name="notice"),
    path(f"{_NOTICE}/<str:mark>/", answering.mark, name="mark"),
    path(f"{_NOTICE}/<str:mark>/files/<uuid:upload>/delete", answering.drop_answer, name="drop_answer"),
    path(f"{_CASE}/owed/<slug:document>/", answering.owed, name="owed"),
    path(f"{_CASE}/proposals/<int:proposal>/", promising.objection, name="objection"),
    path("promises/<uuid:promise>/", promising.signed, name="signed"),
    path("credit/", promising.records, name="records"),
    path("credit/<int:record>/", promising.record, name="record"),
    path(f"{_CASE}/pay/", paying.pay, name="pay"),
    path(f"{_CASE}/pay/receipt", paying.fee_receipt, name="fee_receipt"),
    path("pay/demo/<uuid:key>", paying.demo, name="demo_pay"),
    path("pay/notice/<slug:provider>", paying.notice, name="pay_notice"),
    path(f"{_CASE}/withdraw/", cases.withdraw, name="withdraw"),
    path(f"{_CASE}/rate/", cases.rate, name="rate"),
    path(f"{_CASE}/papers/<int:seq>", cases.paper, name="paper"),
    path("results/<uuid:result>", cases.result, name="result"),
    path("messages/", cases.messages, name="messages"),
    path("verify/", verifying.enter, name="verify"),
    path("verify/<str:code>", verifying.verified, name="verified"),
]
