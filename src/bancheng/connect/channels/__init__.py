"""Channels by which people and programs are told: e-mail, SMS by a gateway, signed calls; each with a key of ours."""

from bancheng.connect.channels._demo import DemoGateway, SmsFiles, serve_gateway
from bancheng.connect.channels._email import EmailChannel
from bancheng.connect.channels._http import HookChannel, SmsGateway
from bancheng.connect.channels._port import Channel, ChannelDown, ChannelRefused, Outgoing

__all__ = [
    "Channel",
    "ChannelDown",
    "ChannelRefused",
    "DemoGateway",
    "EmailChannel",
    "HookChannel",
    "Outgoing",
    "SmsFiles",
    "SmsGateway",
    "serve_gateway",
]
