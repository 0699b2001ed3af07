"""Item lists as tables: official headings and exchange rows in and out, with a mapping for each source.

Unknown codes wait in quarantine with their place; nothing is defaulted, nothing is merged by likeness.
"""

from bancheng.connect.tables._batch import FilledRow, FormColumn, read_form_sheet, write_form_sheet
from bancheng.connect.tables._compare import Base, Change, Outcome, Result, settle
from bancheng.connect.tables._intake import Intake, Note
from bancheng.connect.tables._items import Line, RawRow, Spot, Trouble, key_for
from bancheng.connect.tables._mapping import Mapping, base_tables, read_mapping
from bancheng.connect.tables._names import SECTIONS, Proposal
from bancheng.connect.tables._open import MAX_FILE_BYTES, open_workbook
from bancheng.connect.tables._sheets import write_quarantine, write_report, write_template
from bancheng.connect.tables._vocabulary import vocabulary
from bancheng.connect.tables._write import TooLong, write_csv, write_rows, write_workbook

__all__ = [
    "MAX_FILE_BYTES",
    "SECTIONS",
    "Base",
    "Change",
    "FilledRow",
    "FormColumn",
    "Intake",
    "Line",
    "Mapping",
    "Note",
    "Outcome",
    "Proposal",
    "RawRow",
    "Result",
    "Spot",
    "TooLong",
    "Trouble",
    "base_tables",
    "key_for",
    "open_workbook",
    "read_form_sheet",
    "read_mapping",
    "settle",
    "vocabulary",
    "write_csv",
    "write_form_sheet",
    "write_quarantine",
    "write_report",
    "write_rows",
    "write_template",
    "write_workbook",
]
