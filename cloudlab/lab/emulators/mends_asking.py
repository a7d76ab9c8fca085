"""What moto works out anew at every call, and what never changes: remembered.

- which backend a host name means: it lists moto's own folder, then tries the patterns of all
  services;
- which methods a service's class has: it looks at each of the 342 names in EC2's.

Without these two moto's own work on a call takes a third of the time.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import wrapt
from moto.moto_server.werkzeug_app import DomainDispatcherApplication


def remember_methods(responses: Any) -> None:
    """A class has the methods that it has."""
    responses.method_names_from_class = lru_cache(responses.method_names_from_class)


def ask_less() -> None:
    """Call it before moto serves."""
    remembered = lru_cache(DomainDispatcherApplication.get_backend_for_host)
    setattr(DomainDispatcherApplication, "get_backend_for_host", remembered)  # noqa: B010
    wrapt.register_post_import_hook(remember_methods, "moto.core.responses")
