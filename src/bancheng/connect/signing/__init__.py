"""电子签章: papers are sealed by a signature anyone can check. One port; pyHanko first, national algorithms behind it.

A signer is chosen by name: ``files`` (key and certificate of the authority's own), ``demo`` (an authority made for this
installation, in demo mode only), or none.
"""

from bancheng.connect.signing._check import PdfCheck, check_bytes, check_pdf
from bancheng.connect.signing._keys import Keys, demo_keys, file_keys
from bancheng.connect.signing._port import BytesSeal, Signer, signer_of

__all__ = [
    "BytesSeal",
    "Keys",
    "PdfCheck",
    "Signer",
    "check_bytes",
    "check_pdf",
    "demo_keys",
    "file_keys",
    "signer_of",
]
