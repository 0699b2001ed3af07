"""Papers: what we print as PDF, and what people send us, looked into."""

from bancheng.connect.documents._guides import (
    GuideSheet,
    Print,
    guide_sheet,
    render_guide,
    render_png,
)
from bancheng.connect.documents._papers import (
    Letter,
    ResultPaper,
    chinese_date,
    group_verification_code,
    render_letter,
    render_result,
)
from bancheng.connect.documents._uploads import ACCEPTED, MAX_BYTES, CleanFile, inspect_upload, safe_name

__all__ = [
    "ACCEPTED",
    "MAX_BYTES",
    "CleanFile",
    "GuideSheet",
    "Letter",
    "Print",
    "ResultPaper",
    "chinese_date",
    "group_verification_code",
    "guide_sheet",
    "inspect_upload",
    "render_guide",
    "render_letter",
    "render_png",
    "render_result",
    "safe_name",
]
