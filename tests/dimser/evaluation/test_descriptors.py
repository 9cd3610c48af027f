import opensmile
import pytest

from dimser.evaluation.descriptors import GROUPS, describe


@pytest.mark.parametrize(
    ("feature", "expected"),
    [
        ("mfcc_sma_de[3]_quartile1", ("MFCC", "mfcc[3] delta", "quartile1")),
        ("audspec_lengthL1norm_sma_quartile3", ("loudness", "audspec_lengthL1norm", "quartile3")),
        ("F0final_sma_stddev", ("pitch and voicing", "F0final", "stddev")),
        ("F1frequency_sma3nz_amean", ("formants", "F1frequency", "amean")),
        ("pcm_fftMag_fband250-650_sma_de_range",
         ("spectrum", "pcm_fftMag_fband250-650 delta", "range")),
        ("logRelF0-H1-H2_sma3nz_amean", ("spectrum", "logRelF0-H1-H2", "amean")),
        ("VoicedSegmentsPerSec", ("pitch and voicing", "VoicedSegmentsPerSec", "")),
        ("mean_17", ("", "mean_17", "")),
    ],
)  # fmt: skip
def test_names_are_taken_apart(feature: str, expected: tuple[str, str, str]) -> None:
    assert describe(feature) == expected


@pytest.mark.parametrize("features", ["ComParE_2016", "eGeMAPSv02"])
def test_every_feature_of_the_usual_sets_has_a_group(features: str) -> None:
    smile = opensmile.Smile(opensmile.FeatureSet[features], opensmile.FeatureLevel.Functionals)
    found = [describe(name) for name in smile.feature_names]
    assert {descriptor.group for descriptor in found} <= set(GROUPS)
