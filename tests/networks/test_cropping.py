"""Pictures as apps crop them: the middle is kept, the parts lie inside, and what fits is whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.networks import NETWORKS, cropping
from webapp.networks.cropping import Frame, Shows, exactly, frame, frames

SIDES = st.integers(1, 10_000)
RATIOS = st.floats(0.1, 10)


@given(SIDES, SIDES, RATIOS, RATIOS)
def test_a_frame_is_the_middle_of_the_picture_in_a_shape_that_is_allowed(width, height, one, other):
    shape = (min(one, other), max(one, other))
    seen = frame(width, height, shape)
    if seen is None:
        assert shape[0] / 1.03 <= width / height <= shape[1] * 1.03
        return
    assert 1 in (seen.width, seen.height)
    assert 0 < seen.width * seen.height < 1
    assert seen.x == pytest.approx((1 - seen.width) / 2)
    assert seen.y == pytest.approx((1 - seen.height) / 2)
    ratio = width * seen.width / (height * seen.height)
    assert shape[0] * 0.999 <= ratio <= shape[1] * 1.001


def test_wide_loses_its_sides_and_tall_its_ends():
    assert frame(200, 100, exactly(1.0)) == Frame(0.25, 0.0, 0.5, 1.0)
    assert frame(100, 200, exactly(1.0)) == Frame(0.0, 0.25, 1.0, 0.5)
    assert frame(100, 100, exactly(1.0)) is None


def test_each_place_has_its_own_shape_and_unknown_numbers_are_whole():
    crops = {2: (exactly(1.0), exactly(2.0))}
    assert frames([(100, 100), (100, 100)], crops) == [None, Frame(0.0, 0.25, 1.0, 0.5)]
    assert frames([(10, 90)], crops) == [None]
    assert frames([(0, 0), (5, 5)], crops) == [None, Frame(0.0, 0.25, 1.0, 0.5)]


@pytest.mark.parametrize("key", sorted(NETWORKS))
def test_what_networks_declare_can_be_drawn(key):
    network = NETWORKS[key]
    assert isinstance(network, Shows)
    assert network.card
    for many, shapes in network.crops.items():
        assert len(shapes) == many <= network.limits.images
        assert all(0 < narrow <= wide for narrow, wide in shapes)
        assert len(cropping.frames([(300, 200)] * many, network.crops)) == many
