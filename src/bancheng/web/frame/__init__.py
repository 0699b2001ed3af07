"""What every page stands on: base templates, components, style, who may enter, limits of haste.

Page authors import from here; `README.md` beside this file lists the template tags.
"""

from bancheng.web.frame.access import list_page, public, role, signed_in
from bancheng.web.frame.forms import ErrorLine, Field, Option, error_lines, field_id, with_problems
from bancheng.web.frame.listing import Listing, leave, leaving, page_of
from bancheng.web.frame.pages import confirm, render

__all__ = [
    "ErrorLine",
    "Field",
    "Listing",
    "Option",
    "confirm",
    "error_lines",
    "field_id",
    "leave",
    "leaving",
    "list_page",
    "page_of",
    "public",
    "render",
    "role",
    "signed_in",
    "with_problems",
]
