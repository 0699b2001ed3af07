"""DMN: decision models from and to the standard's XML, and decision tables from and to Excel."""

from bancheng.connect.dmn._load import load_dmn, load_texts
from bancheng.connect.dmn._read import read_model

__all__ = ["load_dmn", "load_texts", "read_model"]
