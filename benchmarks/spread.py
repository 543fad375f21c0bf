"""How long the futures of one council take, and in how much memory: python benchmarks/spread.py

60 cells, mid-2025 to mid-2043, 10,000 futures, bands of 20 sums. The budget: 0.3 seconds, 50 MB. Then how far the upper
end of the 90% band moves from seed to seed, beside that of as many plain random draws.
"""

import time
import tracemalloc

import numpy as np
import pandas as pd

from helpers.projection.spread import Course, Futures, LocalTerm, NationalTerm, Widths

CELLS, YEARS, REPEATS, SEEDS = 60, 19, 7, 40
KINDS = ["care_home", "community", "learning_disability", "not_stated"]


def county() -> tuple[pd.DataFrame, Course, Widths]:
    """Cells as many and as large as those of a county; made up."""
    random = np.random.default_rng(1)
    cells = pd.DataFrame({"cell": [f"cell {number}" for number in range(CELLS)]})
    cells["people"] = np.floor(random.lognormal(3.5, 1.7, CELLS))
    cells["age_band"] = np.where(np.arange(CELLS) < CELLS // 2, "18-64", "65+")
    cells["gradient_kind"] = np.resize(KINDS, CELLS)
    years = np.arange(YEARS) + 0.75
    times = np.r_[0, years]
    growth = {"18-64": (440_000, 1.005), "65-84": (137_000, 1.015), "85+": (20_400, 1.03)}
    population = {band: people * yearly**times for band, (people, yearly) in growth.items()}
    gradients = {"care_home": (5, 9.1, 15), "community": (1, 2.4, 6), "learning_disability": (0.3, 0.65, 1)}
    national = {"65+": NationalTerm(0.02, 0.015), "18-64": NationalTerm(0.01, 0.006)}
    local = LocalTerm(0.02, 0.124, 0.858)
    gradients["not_stated"] = (1, 4, 15)
    widths = Widths(local, national, 0.07, 0.2, 4.4, {8: 15, 20: 25}, 0.5, gradients)
    return cells, Course(years, population, times + 2), widths


if __name__ == "__main__":
    cells, course, widths = county()
    groups = {f"sum {sum_}": list(cells["cell"][sum_::17]) for sum_ in range(17)}
    groups |= {age: list(cells["cell"][cells["age_band"] == age]) for age in ("18-64", "65+")}
    groups["all"] = list(cells["cell"])
    seconds = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        Futures(cells, course, widths, "E10000018").bands(groups)
        seconds.append(time.perf_counter() - start)
    tracemalloc.start()
    Futures(cells, course, widths, "E10000018").bands(groups)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    print(f"{min(seconds):.2f} s (median {np.median(seconds):.2f}), {peak:.0f} MB at most")
    for draws in (2_000, 10_000):
        made = [Futures(cells, course, widths, "E10000018", draws=draws, seed=seed) for seed in range(SEEDS)]
        people = [one.people({"65+": groups["65+"]}, YEARS - 1)[0] for one in made]
        plain = [np.random.default_rng(seed).choice(np.concatenate(people), draws) for seed in range(SEEDS)]
        moved, plainly = (np.std([np.quantile(one, 0.95) for one in some]) for some in (people, plain))
        print(
            f"{draws:,} draws: upper end moves by {moved:.0f} of {np.quantile(people, 0.95):,.0f}, plain {plainly:.0f}"
        )
