"""Colours and markers of figures and of the report."""

from itertools import cycle, islice

# M. Okabe, K. Ito, "Color universal design", 2008: colour-blind readers can tell them apart.
# Neighbours differ in lightness; yellow is left out, because it vanishes on white.
COLOURS = ("#56B4E9", "#E69F00", "#D55E00", "#009E73", "#CC79A7", "#0072B2", "#000000")
MARKERS = ("o", "^", "s", "D", "v", "P", "X", "*")


def appearances(count: int) -> list[dict[str, str]]:
    """Return `count` pairs of colour and marker; both change from one to the next.

    With seven colours and eight markers, the first 56 pairs are distinct.

    Example:
        >>> appearances(2)
        [{'color': '#56B4E9', 'marker': 'o'}, {'color': '#E69F00', 'marker': '^'}]
    """
    pairs = islice(zip(cycle(COLOURS), cycle(MARKERS), strict=False), count)
    return [{"color": colour, "marker": marker} for colour, marker in pairs]
