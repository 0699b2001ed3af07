"""Told outside the pages: by choice, at the right hour, and in effect once whatever happens to the receiver."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings
from tests.fakes.smtp import Mailbox, mail_server
from tests.usecases import town as specimen

from bancheng.connect.channels import ChannelRefused, DemoGateway, HookChannel, Outgoing, serve_gateway
from bancheng.store.models import ChannelDelivery, EventHook, User
from bancheng.usecases import telling, upkeep
from bancheng.usecases.casework import CaseFile

SECRET = "shared-with-the-gateway"
CHINA = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 3, 2, 12, tzinfo=CHINA)
NIGHT = datetime(2026, 3, 2, 23, tzinfo=CHINA)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def box(town: None, settings: Settings, tmp_path: Path) -> Mailbox:
    """A town whose mail goes to a real server on this machine."""
    box = Mailbox()
    settings.BANCHENG_HOME = tmp_path
    settings.BANCHENG_SMS = ""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "127.0.0.1", 5
    with mail_server(box):
        settings.EMAIL_PORT = box.port
    return box


@contextmanager
def gateway(mode: str, settings: Settings) -> Iterator[DemoGateway]:
    """An SMS gateway behind real HTTP."""
    made = DemoGateway(mode)
    server = serve_gateway(made, SECRET)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    settings.BANCHENG_SMS = f"http://127.0.0.1:{server.server_port}/sms"
    settings.BANCHENG_SMS_KEY = SECRET
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def received(email: str = "reader@example.cn") -> CaseFile:
    file = specimen.submitted()
    User.objects.filter(pk=file.case.applicant_id).update(email=email)
    return file


def work(start: datetime, minutes: int) -> None:
    """What the worker does, once a minute."""
    for minute in range(minutes):
        upkeep.deliver_messages(start + minute * MINUTE)
        upkeep.tell_outside(start + minute * MINUTE)


def test_a_mail_server_that_was_down_for_ten_minutes_has_every_letter_once(box: Mailbox) -> None:
    file = received()
    work(NOON, 10)
    (row,) = ChannelDelivery.objects.all()
    assert (row.state, row.error) == ("waiting", "邮件服务器没有收下（ConnectionRefusedError）")
    with mail_server(box):
        work(NOON + 10 * MINUTE, 30)
        # A worker killed between the server's answer and its own note tries again: the letter is the same.
        ChannelDelivery.objects.update(state="waiting", next_at=NOON)
        work(NOON + 60 * MINUTE, 2)
    assert (box.tries, len(box.letters)) == (2, 1)
    (letter,) = box.letters.values()
    assert letter["To"] == "reader@example.cn"
    assert file.case.number in letter["Subject"]


def test_what_leaves_the_house_says_nothing_about_a_person(box: Mailbox) -> None:
    file = received()
    with mail_server(box):
        work(NOON, 2)
    (letter,) = box.letters.values()
    told = f"{letter['Subject']}\n{letter.get_payload(decode=True).decode()}"  # type: ignore[union-attr]  # reason: plain text
    party = file.case.party
    assert [one for one in (party.name, party.number, party.phone) if one and one in told] == []


def test_an_address_nobody_has_is_given_up_at_once_and_stands_on_the_case(box: Mailbox) -> None:
    file = received()
    box.refuses = True
    with mail_server(box):
        work(NOON, 3)
    (row,) = telling.told_on(file.case.pk)
    assert (row.state, row.error, row.tries) == ("failed", "邮箱地址收不到信", 0)


@pytest.mark.parametrize("mode", ["down", "forgetful"])
def test_a_gateway_that_fails_for_ten_minutes_has_every_message_in_effect_once(
    box: Mailbox, settings: Settings, mode: str
) -> None:
    received(email="")
    with gateway(mode, settings) as sms:
        work(NOON, 10)
        assert ChannelDelivery.objects.get().state == "waiting"
        sms.mode = "good"
        work(NOON + 10 * MINUTE, 20)
        assert sms.tries > 2
        assert len(sms.effects) == 1
    (row,) = ChannelDelivery.objects.all()
    assert (row.state, row.channel) == ("sent", "sms")


def test_a_gateway_that_refuses_is_not_asked_again(box: Mailbox, settings: Settings) -> None:
    received(email="")
    with gateway("refusing", settings) as sms:
        work(NOON, 5)
    assert sms.tries == 1
    assert ChannelDelivery.objects.get().state == "failed"


def test_at_night_a_message_waits_for_the_morning(box: Mailbox, settings: Settings) -> None:
    received(email="")
    settings.BANCHENG_SMS = "demo"
    work(NIGHT, 3)
    assert not (settings.BANCHENG_HOME / "sms").exists()
    work(NIGHT + timedelta(hours=9), 1)
    (told,) = (settings.BANCHENG_HOME / "sms").iterdir()
    assert "请登录" in json.loads(told.read_text())["text"]


def test_who_wants_no_sms_gets_none_and_the_pages_still_tell(box: Mailbox, settings: Settings) -> None:
    file = received(email="")
    settings.BANCHENG_SMS = "demo"
    who = specimen.applicant_of(file)
    telling.choose(who, email=True, sms=False, quiet_from=time(22), quiet_to=time(7))
    work(NOON, 2)
    assert ChannelDelivery.objects.count() == 0
    assert telling.choice_of(who).quiet_from == time(22)
    assert User.objects.get(pk=who.user_id).messages.count() == 1


@given(minutes=st.integers(0, 500_000), start=st.times(), end=st.times())
def test_nobody_is_disturbed_in_their_quiet_hours(minutes: int, start: time, end: time) -> None:
    start, end = (one.replace(second=0, microsecond=0) for one in (start, end))
    moment = NOON + minutes * MINUTE
    later = telling.after_quiet(moment, start, end)
    assert moment <= later <= moment + timedelta(days=1)
    assert telling.after_quiet(later, start, end) == later


def test_a_program_is_told_of_events_signed_and_once(box: Mailbox, settings: Settings) -> None:
    file = received(email="")
    hooks = DemoGateway()
    server = serve_gateway(hooks, "hook-key")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    EventHook.objects.create(
        user_id=file.case.applicant_id,
        address=f"http://127.0.0.1:{server.server_port}/told",
        secret="hook-key",
        created_at=NOON,
    )
    try:
        work(NOON, 3)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    (event,) = hooks.effects.values()
    assert (event["case"], event["event"], hooks.tries) == (file.case.number, "Submitted", 1)


def test_a_program_inside_the_house_is_never_called() -> None:
    for address in ("https://127.0.0.1/x", "http://example.com/x", "https://[::1]/x", "https://10.0.0.8/x"):
        with pytest.raises(ChannelRefused):
            HookChannel("k").send(Outgoing("1", address, "", "{}"))
