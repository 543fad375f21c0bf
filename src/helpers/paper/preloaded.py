"""What a process imports and reads once, before it is forked into the kernels of many councils' notebooks."""

import contextlib
import importlib
import pkgutil

from helpers.base.errors import InputError

#: The packages whose modules notebooks use.
PACKAGES = ("base", "published", "projection", "checks", "council", "paper")


def _import_all() -> None:
    for package in PACKAGES:
        folder = importlib.import_module(f"helpers.{package}").__path__
        for module in pkgutil.walk_packages(folder, f"helpers.{package}."):
            if not module.name.startswith("helpers.paper.publish"):
                importlib.import_module(module.name)


def _read_all() -> None:
    """Read the tables of all councils that every one of these papers rests on; what cannot be is said by the papers."""
    from helpers.council import latest
    from helpers.council.chains import COUNTED_THEN, HOURLY, SPENT_ON, WEEKLY, costs
    from helpers.council.figures import breaks

    latest.panel()
    latest.populations()
    for tables, column in (
        (SPENT_ON.values(), "gbp_thousand"),
        ([COUNTED_THEN], "people"),
        ([WEEKLY], "gbp_per_week"),
        ([HOURLY], "gbp_per_hour"),
    ):
        for table in tables:
            costs(table, column)
    breaks()


_import_all()
with contextlib.suppress(InputError, OSError):
    _read_all()
