"""How the manual is built: `make manual`."""

import evenhand

project = "evenhand"
author = "The evenhand authors"
version = release = evenhand.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".md": "markdown"}
myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "evenhand"
autodoc_typehints = "description"
autodoc_member_order = "bysource"
exclude_patterns = ["_build"]
nitpicky = False
suppress_warnings = ["myst.xref_missing"]
