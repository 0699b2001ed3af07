"""E-mail by the deployment's mail server. The key is the Message-ID, by which mail servers and readers tell copies."""

from __future__ import annotations

from smtplib import SMTPException, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage

from bancheng.connect.channels._port import ChannelDown, ChannelRefused, Outgoing

PERMANENT = 500
"""From this code on a mail server means it for good."""


class EmailChannel:
    """Plain text, from the deployment's sender."""

    def send(self, message: Outgoing) -> None:
        """As the port says."""
        domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
        letter = EmailMessage(
            subject=message.subject,
            body=message.text,
            to=[message.to],
            headers={"Message-ID": f"<{message.key}@{domain}>"},
        )
        try:
            letter.send()
        except SMTPRecipientsRefused as no:
            codes = [code for code, _ in no.recipients.values()]
            if codes and min(codes) >= PERMANENT:
                raise ChannelRefused("邮箱地址收不到信") from no
            raise ChannelDown("邮件服务器暂时不收") from no
        except (SMTPException, OSError) as error:
            raise ChannelDown(f"邮件服务器没有收下（{type(error).__name__}）") from error
