"""How long the Monte Carlo of a projection takes, and in how much memory: python benchmarks/uncertainty.py

One authority, 60 cells, 25 years, 10,000 draws; a row for every cell and 20 sums. The budget: 0.5 seconds, 100 MB.
"""

import time
import tracemalloc

import numpy as np

from helpers.projection.uncertainty import Cells, Course, Spread, layer_shares, simulate

CELLS, YEARS, REPEATS = 60, 25, 7
KINDS = ["care_home", "community", "learning_disability", "not_stated"]


def county() -> tuple[Cells, Course, Spread, list[np.ndarray]]:
    """Cells as many and as large as those of a county, with one in six hidden; made up."""
    random = np.random.default_rng(1)
    people = np.floor(random.lognormal(3.5, 1.7, CELLS))
    hidden = np.arange(CELLS) % 6 == 0
    people[hidden] = 1.8
    lower, upper = np.where(hidden, 0, people), np.where(hidden, 4, people)
    ages = np.where(np.arange(CELLS) < CELLS // 2, "18-64", "65+")
    cells = Cells(people, lower, upper, hidden, ages, np.resize(KINDS, CELLS))
    years = np.arange(YEARS)
    times = np.concatenate([[0], years])
    population = {
        "18-64": 390_000 * 1.003**times,
        "65-84": 115_000 * 1.015**times,
        "85+": 17_000 * 1.03**times,
    }
    course = Course(years, population, times + 0.0)
    gradients = {"care_home": (5, 9.1, 15), "community": (1, 2.4, 6), "learning_disability": (0.3, 0.65, 1)}
    spread = Spread(3, 4.4, {8: 15, 20: 25}, {"65+": 2.5, "18-64": 1.5}, {**gradients, "not_stated": (1, 4, 15)})
    every = np.arange(CELLS)
    groups = [every[[cell]] for cell in every] + [every[every % 20 == sum_] for sum_ in range(17)]
    return cells, course, spread, [*groups, every, every[ages == "65+"], every[ages == "18-64"]]


if __name__ == "__main__":
    cells, course, spread, groups = county()
    for threads in (1, 2):
        seconds = []
        for _ in range(REPEATS):
            start = time.perf_counter()
            simulate(cells, course, spread, groups, threads=threads)
            seconds.append(time.perf_counter() - start)
        tracemalloc.start()
        simulate(cells, course, spread, groups, threads=threads)
        peak = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        print(f"{threads} thread(s): {min(seconds):.2f} s (median {np.median(seconds):.2f}), {peak:.0f} MB at most")
    start = time.perf_counter()
    shares = layer_shares(cells, course, spread, groups[-3], YEARS - 1)
    print(f"shares of the layers: {time.perf_counter() - start:.2f} s,", {k: round(v, 1) for k, v in shares.items()})
