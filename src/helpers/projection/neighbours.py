"""Which councils are alike: those nearest in standardised characteristics (method.md section 15)."""

from collections.abc import Mapping

import pandas as pd

from helpers.base.errors import InputError


def distances(characteristics: pd.DataFrame, weights: Mapping[str, float]) -> pd.DataFrame:
    """How far apart each two councils are: a square table, 0 on its diagonal.

    characteristics: a row a council (area codes), a column each, numbers in any unit. Each is divided by its standard
    deviation over the councils, so that units do not matter; the distance is the root of the weighted mean square.
    Raises InputError for a blank, a characteristic that does not vary, and weights that are not those of the columns.
    """
    if sorted(weights) != sorted(characteristics) or not all(weight > 0 for weight in weights.values()):
        raise InputError(
            f"The weights are of {', '.join(sorted(weights))}, and the councils' characteristics are "
            f"{', '.join(sorted(characteristics))}. Give each a weight above 0."
        )
    if characteristics.isna().any(axis=None):
        council = characteristics.index[characteristics.isna().any(axis=1)][0]
        raise InputError(f"{council} lacks a characteristic. Leave the council out, and say so.")
    spread = characteristics.std(ddof=0)
    if not (spread > 0).all():
        raise InputError(f"All councils have the same {spread.idxmin()}: it cannot tell them apart. Leave it out.")
    weight = pd.Series(weights, dtype=float) / sum(weights.values())
    scaled = (characteristics / spread)[weight.index].to_numpy()
    apart = ((scaled[:, None, :] - scaled[None, :, :]) ** 2 * weight.to_numpy()).sum(axis=2) ** 0.5
    return pd.DataFrame(apart, characteristics.index, characteristics.index)


def nearest(apart: pd.DataFrame, kinds: pd.Series, count: int) -> pd.DataFrame:
    """The nearest others of each council, of its own kind: area_code, neighbour_code, place (from 1), distance.

    apart: as from distances. kinds: what each council is of, by area code; only those of one kind are compared.
    """
    found = []
    for code in apart.index:
        others = apart.loc[code, (kinds[apart.index] == kinds[code]) & (apart.index != code)]
        others = others.sort_index().sort_values(kind="stable").head(count)
        found += [(code, other, place, far) for place, (other, far) in enumerate(others.items(), 1)]
    return pd.DataFrame(found, columns=["area_code", "neighbour_code", "place", "distance"])
