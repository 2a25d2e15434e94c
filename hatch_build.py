"""The README as the package carries it: without links that lead nowhere outside the checkout.

An index shows the README of a package on its own site, where ``docs/install.md`` is no page. With an address
under ``[project.urls]`` the links become absolute; as long as there is none, they become the names of files.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

PICTURE = re.compile(r"!\[([^\]]*)\]\((?!https?:)[^)]*\)\n*")
LINK = re.compile(r"\[([^\]]*)\]\((?!https?:|#)([^)]*)\)")


def packaged(text: str, source: str = "") -> str:
    """Return a README for a package: links below ``source``, an address, or as names of files without one."""
    if source:
        return LINK.sub(lambda link: f"[{link[1]}]({source.rstrip('/')}/{link[2]})", text)
    return LINK.sub(lambda link: f"{link[1]} (`{link[2]}`)", PICTURE.sub("", text))


class ReadmeHook(MetadataHookInterface):
    """Gives the README to the package's metadata."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Put the packaged README into the metadata."""
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        source = metadata.get("urls", {}).get("Source", "")
        metadata["readme"] = {"content-type": "text/markdown", "text": packaged(text, source)}
