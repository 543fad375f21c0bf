"""Which councils are alike: a small example by hand, and what holds of every table of characteristics."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.base.errors import InputError
from helpers.projection.neighbours import distances, nearest

WEIGHTS = {"older": 1, "size": 1}
#: Standard deviations: older 2 (mean 12), size 100 (mean 300).
COUNCILS = pd.DataFrame({"older": [10.0, 14, 10, 14], "size": [200.0, 200, 400, 400]}, index=["a", "b", "c", "d"])
KINDS = pd.Series(False, COUNCILS.index)


def test_distances_by_hand():
    apart = distances(COUNCILS, WEIGHTS)
    # a and b: two standard deviations in one of two characteristics of equal weight; a and d in both.
    assert apart.loc["a"].tolist() == pytest.approx([0, 2**0.5, 2**0.5, 2])
    of_age = distances(COUNCILS, {"older": 3, "size": 1})
    assert of_age.loc["a"].tolist() == pytest.approx([0, 3**0.5, 1, 2])


def test_the_nearest_are_in_order_without_the_council_itself_and_of_its_kind_alone():
    apart = distances(COUNCILS, {"older": 3, "size": 1})
    found = nearest(apart, KINDS, 2).set_index("area_code")
    assert found.loc["a", "neighbour_code"].tolist() == ["c", "b"] and found.loc["a", "place"].tolist() == [1, 2]
    of_kind = nearest(apart, pd.Series({"a": True, "b": True, "c": False, "d": False}), 2).set_index("area_code")
    assert of_kind["neighbour_code"].to_dict() == {"a": "b", "b": "a", "c": "d", "d": "c"}


NUMBERS = st.lists(st.tuples(st.floats(1, 1e6), st.floats(1, 1e6)), min_size=4, max_size=12, unique=True)


@settings(deadline=None, max_examples=50)
@given(NUMBERS, st.floats(0.001, 1000), st.floats(-1000, 1000))
def test_no_council_is_its_own_neighbour_distances_are_symmetric_and_units_do_not_matter(rows, factor, shift):
    frame = pd.DataFrame(rows, columns=["older", "size"], index=[f"E{n}" for n in range(len(rows))])
    if not (frame.std(ddof=0) > 1e-3).all():
        return
    apart = distances(frame, WEIGHTS)
    assert np.allclose(apart, apart.T) and np.allclose(np.diag(apart), 0)
    found = nearest(apart, pd.Series(False, frame.index), 3)
    assert (found["area_code"] != found["neighbour_code"]).all() and (found.groupby("area_code").size() == 3).all()
    in_other_units = frame.assign(size=factor * frame["size"] + shift)
    assert np.allclose(distances(in_other_units, WEIGHTS), apart, atol=1e-6)


@pytest.mark.parametrize(
    ("frame", "weights", "words"),
    [
        (COUNCILS, {"older": 1}, "The weights are of older, and the councils' characteristics are older, size"),
        (COUNCILS, {"older": 1, "size": 0}, "Give each a weight above 0"),
        (COUNCILS.mask(COUNCILS == 400), WEIGHTS, "c lacks a characteristic"),
        (COUNCILS.assign(size=5.0), WEIGHTS, "All councils have the same size"),
    ],
)
def test_what_is_refused(frame, weights, words):
    with pytest.raises(InputError, match=words):
        distances(frame, weights)
