"""Who may do what: one table of routes to verbs, one of roles to verbs. A route without a line is refused."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

ROLES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "owner": frozenset({"open", "read", "plan", "publish", "admin"}),
        "coordinator": frozenset({"open", "read", "plan", "publish"}),
        "member": frozenset({"open", "read"}),
        "viewer": frozenset({"open", "read"}),
        "": frozenset({"open"}),
    }
)
"""Role to what it may do; "" is somebody who is not signed in. Links to a person's page need no role:
the secret in the address is the permission."""

ROUTES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "health": "open",
        "static": "open",
        "enter": "open",
        "login_page": "open",
        "login": "open",
        "logout": "open",
        "language": "open",
        "me": "open",
        "me_swap": "open",
        "me_take": "open",
        "me_untake": "open",
        "me_rotate": "open",
        "me_away": "open",
        "me_seen": "open",
        "feed": "open",
        "share": "open",
        "home": "read",
        "board": "read",
        "run_events": "read",
        "compare": "read",
        "export": "read",
        "recipe": "read",
        "series": "read",
        "account": "read",
        "swaps": "read",
        "publish_page": "read",
        "help": "read",
        "sample": "plan",
        "step": "plan",
        "late": "plan",
        "effect": "read",
        "people": "read",
        "people_change": "plan",
        "import_alike": "plan",
        "plan_again": "plan",
        "stop": "plan",
        "next_plan": "plan",
        "import_page": "plan",
        "import_file": "plan",
        "import_draft": "plan",
        "import_columns": "plan",
        "import_mend": "plan",
        "import_use": "plan",
        "import_rejected": "plan",
        "import_template": "plan",
        "publish": "publish",
        "take_back": "publish",
        "swap_take": "publish",
        "swap_offer": "publish",
        "swap_withdraw": "publish",
        "link_make": "publish",
        "link_end": "publish",
        "mask": "publish",
        "series_change": "publish",
        "setup": "admin",
        "setup_name": "admin",
        "setup_owner": "admin",
        "setup_login": "admin",
        "setup_token": "admin",
        "backup": "admin",
        "api_docs": "open",
        "api_schema": "open",
        "api_series": "read",
        "api_plan": "read",
        "api_steps": "read",
        "api_answer": "read",
        "api_ask": "read",
        "api_run": "read",
        "api_facts": "read",
        "api_balances": "read",
        "api_entries": "read",
        "api_step": "plan",
        "api_runs": "plan",
        "api_publish": "publish",
    }
)
"""Name of each route to the verb it needs."""


def allowed(route: str, role: str) -> bool:
    """Return whether a role may use a route; an unknown route or role may nothing.

    Example:
        >>> allowed("publish", "coordinator"), allowed("publish", "viewer"), allowed("no such route", "owner")
        (True, False, False)
    """
    return ROUTES.get(route) in ROLES.get(role, frozenset())
