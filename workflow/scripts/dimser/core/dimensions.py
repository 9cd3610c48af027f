"""The dimensions of emotion that labels and predictions have, in the order of all tables."""

DIMENSIONS = ("valence", "arousal", "dominance")
