"""Exchange with bodies' own systems (业务系统): one port, by signed HTTP or by folders, and a demo twin."""

from bancheng.connect.exchange._city import HttpCity, Receipt
from bancheng.connect.exchange._demo import DemoBehaviour, DemoSystem, serve_demo, turn_by_files
from bancheng.connect.exchange._files import FileDrop
from bancheng.connect.exchange._http import HttpSystem, read_package
from bancheng.connect.exchange._port import (
    Arrived,
    Damaged,
    SystemDown,
    SystemPort,
    SystemRefused,
)
from bancheng.connect.exchange._signing import digest_of, header_names, sign, signature_fits

__all__ = [
    "Arrived",
    "Damaged",
    "DemoBehaviour",
    "DemoSystem",
    "FileDrop",
    "HttpCity",
    "HttpSystem",
    "Receipt",
    "SystemDown",
    "SystemPort",
    "SystemRefused",
    "digest_of",
    "header_names",
    "read_package",
    "serve_demo",
    "sign",
    "signature_fits",
    "turn_by_files",
]
