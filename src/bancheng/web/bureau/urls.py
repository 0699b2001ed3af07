"""Addresses of the bureau."""

from django.urls import path

from bancheng.web.bureau import deciding, fees, filing, supervising, team, trusting, working

from bancheng.web.casefile.presence import here

app_name = "bureau"
urlpatterns = [
    path("", filing.home, name="home"),
    path("claim/", working.claim_many, name="claim_many"),
    path("credit/", trusting.register, name="register"),
    path("supervision/", supervising.home, name="supervision"),
    path("supervision/<str:number>/<slug:item>/", supervising.supervised, name="supervised"),
    path("supervision/<str:number>/<slug:item>/take/", supervising.acknowledge, name="supervise"),
    path("supervision/<str:number>/<slug:item>/inspected/", supervising.inspected, name="inspected"),
    path("credit/<int:record>/", trusting.answer_record, name="record"),
    path("team/", team.team, name="team"),
    path("team/move/", team.move, name="move"),
    path("team/leave/", team.leave, name="leave"),
    path("team/batch/", team.approve_many, name="batch"),
    path("<str:number>/", filing.case, name="case"),
    path("<str:number>/credit/", trusting.credit, name="credit"),
    path("<str:number>/proposals/<int:proposal>/", trusting.settle, name="settle"),
    path("<str:number>/promises/<slug:document>/", trusting.verify, name="verify"),
    path("<str:number>/act/", working.do, name="act"),
    path("<str:number>/steps/<str:step>/report/", working.report_step, name="report"),
    path("<str:number>/steps/<str:step>/opinion/", working.opinion, name="opinion"),
    path("<str:number>/steps/<str:step>/hand-over/", working.hand_over, name="hand_over"),
    path("<str:number>/steps/<str:step>/refuse/<str:item>/", deciding.refuse_item, name="refuse"),
    path("<str:number>/fees/waive/", fees.waive_fee, name="waive_fee"),
    path("<str:number>/fees/assess/", fees.assess_fee, name="assess_fee"),
    path("<str:number>/here/", here, name="here"),
    path("<str:number>/marks/", deciding.mark, name="marks"),
    path("<str:number>/clock/<str:item>/", deciding.clock, name="clock"),
    path("<str:number>/unmask/", filing.unmask_case, name="unmask"),
    path("<str:number>/files/<uuid:upload>/", filing.file, name="file"),
    path("<str:number>/slips/<int:seq>/", filing.slip_file, name="slip"),
]
