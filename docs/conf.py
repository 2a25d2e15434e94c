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
html_theme_options = {
    # The manual wears the colours of the pages it describes.
    "light_css_variables": {
        "color-brand-primary": "#0a665a",
        "color-brand-content": "#0a665a",
        "color-background-primary": "#f7f7f4",
        "color-background-secondary": "#f0f0ec",
        "color-foreground-primary": "#1a1c1a",
        "font-stack": '"Inter", -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif',
    },
    "dark_css_variables": {
        "color-brand-primary": "#5bcdb6",
        "color-brand-content": "#5bcdb6",
        "color-background-primary": "#111211",
        "color-background-secondary": "#191b1a",
        "color-foreground-primary": "#eceeea",
    },
}
autodoc_typehints = "description"
autodoc_member_order = "bysource"
exclude_patterns = ["_build"]
nitpicky = False
suppress_warnings = ["myst.xref_missing"]
