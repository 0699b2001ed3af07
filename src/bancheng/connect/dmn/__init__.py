"""DMN: decision models from and to the standard's XML, and decision tables from and to Excel."""

from bancheng.connect.dmn._excel import read_excel
from bancheng.connect.dmn._excel_out import write_excel
from bancheng.connect.dmn._layout import laid_out
from bancheng.connect.dmn._load import load_dmn, load_texts
from bancheng.connect.dmn._read import read_model
from bancheng.connect.dmn._write import write_model

__all__ = ["laid_out", "load_dmn", "load_texts", "read_excel", "read_model", "write_excel", "write_model"]
