from itertools import pairwise

import numpy as np
from matplotlib.colors import to_rgb

from dimser.report.palette import COLOURS, appearances


def test_sets_are_told_apart_by_colour_and_by_marker() -> None:
    looks = [(look["color"], look["marker"]) for look in appearances(60)]
    assert len(set(looks[:56])) == 56 and len(looks) == 60
    for (colour, marker), (other_colour, other_marker) in pairwise(looks):
        assert colour != other_colour and marker != other_marker


def test_neighbours_differ_in_greyscale() -> None:
    # relative luminance (Rec. 709) of linear light
    rgb = np.array([to_rgb(colour) for colour in COLOURS])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    luminance = linear @ [0.2126, 0.7152, 0.0722]
    assert luminance.max() < 0.5  # all are seen on white
    assert (np.abs(np.diff(luminance)) > 0.01).all()
