"""Papers: what we print as PDF, and what people send us, looked into."""

from bancheng.connect.documents._codes import read_codes
from bancheng.connect.documents._guides import (
    GuideSheet,
    Print,
    guide_sheet,
    render_guide,
    render_png,
)
from bancheng.connect.documents._papers import (
    Label,
    Letter,
    ResultPaper,
    group_verification_code,
    join_papers,
    render_labels,
    render_letter,
    render_result,
)
from bancheng.connect.documents._photos import picture_place, thumbnail
from bancheng.connect.documents._records import RecordLine, RecordPart, VisitRecord, render_record
from bancheng.connect.documents._seals import seal_picture
from bancheng.connect.documents._uploads import ACCEPTED, MAX_BYTES, CleanFile, inspect_upload, safe_name

__all__ = [
    "ACCEPTED",
    "MAX_BYTES",
    "CleanFile",
    "GuideSheet",
    "Label",
    "Letter",
    "Print",
    "RecordLine",
    "RecordPart",
    "ResultPaper",
    "VisitRecord",
    "group_verification_code",
    "guide_sheet",
    "inspect_upload",
    "join_papers",
    "picture_place",
    "read_codes",
    "render_guide",
    "render_labels",
    "render_letter",
    "render_png",
    "render_record",
    "render_result",
    "safe_name",
    "seal_picture",
    "thumbnail",
]
