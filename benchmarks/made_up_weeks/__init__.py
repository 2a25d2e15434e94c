"""Press-fleet weeks made from a seed: as tables, as CSV files, or straight as problems for benchmarks.

The same seed gives the same bytes on every machine. ``src/evenhand/data/fleet`` is ``write_week`` of seed
``BUNDLED_SEED``, and a test holds that.
"""

from benchmarks.made_up_weeks.files import BUNDLED_SEED, write_week
from benchmarks.made_up_weeks.problems import arrays, each_office, many_offices
from benchmarks.made_up_weeks.tables import WEEK, week_tables

__all__ = ["BUNDLED_SEED", "WEEK", "arrays", "each_office", "many_offices", "week_tables", "write_week"]
