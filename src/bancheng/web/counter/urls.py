"""Addresses of the window."""

from django.urls import path

from bancheng.web.counter import answers, handing, intake, queue, received, travelling

from bancheng.web.counter import cash as money
from bancheng.web.counter import mandates
from bancheng.web.casefile.presence import here
from bancheng.web.counter import answers, intake, mandates, queue, received, talking
from bancheng.web.counter import cash as money

app_name = "counter"
urlpatterns = [
    path("", queue.home, name="home"),
    path("queue/", queue.received_list, name="queue"),
    path("hand-over/", queue.hand_over_list, name="hand_over_list"),
    path("new/", intake.find, name="find"),
    path("new/<uuid:party>/", intake.choose, name="choose"),
    path("parties/<uuid:party>/mandates/", mandates.of_party, name="mandates"),
    path("parties/<uuid:party>/mandates/<int:mandate>/end/", mandates.end, name="end_mandate"),
    path("accounts/verify/", mandates.verify_account, name="verify_account"),
    path("till/", money.till, name="till"),
    path("till/count/<str:body>/", money.count, name="count"),
    path("till/statements/", money.statements, name="statements"),
    path("till/statements/<int:check>/", money.statement, name="statement"),
    path("till/findings/<int:finding>/", money.settle, name="settle_finding"),
    path("cases/<str:number>/cash/", money.cash, name="cash"),
    path("cases/<str:number>/cash/back/", money.cash_back, name="cash_back"),
    path("drafts/<uuid:draft>/", intake.fill, name="draft"),
    path("drafts/<uuid:draft>/files/<uuid:upload>/", intake.draft_file, name="draft_file"),
    path("drafts/<uuid:draft>/files/<uuid:upload>/remove/", intake.remove_file, name="remove_file"),
    path("drafts/<uuid:draft>/throw-away/", intake.throw_away, name="throw_away"),
    path("cases/<str:number>/", received.case, name="case"),
    path("cases/<str:number>/here/", here, name="here"),
    path("cases/<str:number>/accept/", received.accept_case, name="accept"),
    path("cases/<str:number>/notice/", received.notice, name="notice"),
    path("cases/<str:number>/notices/<int:notice>/", answers.answer_notice, name="answer"),
    path("cases/<str:number>/notices/<int:notice>/cancel/", received.cancel_notice, name="cancel_notice"),
    path("cases/<str:number>/correct/", received.correct_case, name="correct"),
    path("cases/<str:number>/turn-away/", received.turn_case_away, name="turn_away"),
    path("cases/<str:number>/unmask/", received.unmask_case, name="unmask"),
    path("cases/<str:number>/files/<uuid:upload>/", received.file, name="file"),
    path("cases/<str:number>/slips/<int:seq>/", received.slip_file, name="slip"),
    path("cases/<str:number>/hand-over/", received.hand_over_case, name="hand_over"),
    path("cases/<str:number>/hand-out/", handing.hand_out, name="hand_out"),
    path("cases/<str:number>/labels/", handing.labels, name="labels"),
    path("cases/<str:number>/owed/", received.owed_paper, name="owed"),
    path("drafts/<uuid:draft>/places/", travelling.draft_places, name="places"),
    path("handovers/", travelling.handovers, name="handovers"),
    path("handovers/<str:number>/check/", travelling.check_form, name="check_form"),
    path("handovers/<str:number>/accept/", travelling.accept, name="accept_relayed"),
    path("handovers/<str:number>/send/<slug:kind>/", travelling.send, name="send_sheet"),
    path("handovers/<str:number>/<int:which>/", travelling.sheet, name="handover_sheet"),
    path("handovers/<str:number>/<int:which>/print/", travelling.sheet_pdf, name="sheet_pdf"),
    path("handovers/<str:number>/<int:which>/receive/", travelling.receive, name="receive_sheet"),
    path("handovers/<str:number>/<int:which>/clear/", travelling.clear, name="clear_sheet"),
    path("handovers/<str:number>/<int:which>/hand-out/", travelling.hand_out, name="near_hand_out"),
    path("questions/", talking.questions, name="questions"),
    path("cases/<str:number>/talk/", talking.talk, name="talk"),
    path("cases/<str:number>/talk/<int:message>/waive/", talking.waived, name="talk_waive"),
    path("cases/<str:number>/talk/files/<uuid:upload>/", talking.talked_file, name="talk_file"),
]
