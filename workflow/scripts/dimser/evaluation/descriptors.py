"""Names of openSMILE's features, parsed: low-level descriptor, group, delta and functional."""

import re
from typing import NamedTuple

NAME = re.compile(
    r"(?P<descriptor>.+?)_sma(3nz|3)?(?P<delta>_de)?(?P<index>\[\d+\])?(_(?P<functional>.+))?"
)
# Of ComParE 2016 and eGeMAPS; the first that matches. Differences of harmonics (logRelF0-H1-H2) are
# parameters of the spectrum's balance: F. Eyben et al., "The Geneva Minimalistic Acoustic Parameter
# Set (GeMAPS) for voice research and affective computing", IEEE TAC 7 (2), 2016.
GROUPS = {
    "MFCC": r"mfcc",
    "loudness": r"loudness|equivalentSoundLevel|audspec(Rasta)?_length|pcm_RMSenergy",
    "auditory spectrum": r"audSpec_Rfilt",
    "pitch and voicing": r"F0|voicing|.*[Vv]oiced",
    "voice quality": r"jitter|shimmer|HNR|logHNR",
    "formants": r"F[123](frequency|bandwidth|amplitude)",
    "spectrum": r"pcm_fftMag|alphaRatio|hammarberg|slope|spectralFlux|logRelF0",
    "zero crossings": r"pcm_zcr",
}
# What people call what features measure, and the names of those that do; for a search.
WORDS = {
    "loudness": GROUPS["loudness"],
    "energy": GROUPS["loudness"],
    "pitch": r"F0",
    "voicing": r"[Vv]oic",
    "speech rate": r"VoicedSegmentsPerSec|SegmentLength|loudnessPeaksPerSec",
    "voice quality": r"jitter|shimmer|HNR",
    "roughness": r"jitter|shimmer",
    "breathiness": r"HNR|logRelF0",
    "timbre": r"mfcc|audSpec",
    "brightness": r"spectralCentroid|spectralSharpness|psychSharpness|alphaRatio|hammarberg",
    "vowels": GROUPS["formants"],
    "mean": r"_amean|_mean$",
    "range": r"range|Range|iqr|stddev",
}
FORMANTS = re.compile(GROUPS["formants"])


class Descriptor(NamedTuple):
    """The parts of a feature's name.

    Attributes:
        group: of low-level descriptors ("MFCC", "loudness", ...); empty if unknown.
        descriptor: the low-level descriptor with its index, and "delta" if it is its slope.
        functional: statistic of the descriptor; empty if the feature is not a functional.
    """

    group: str
    descriptor: str
    functional: str


def describe(feature: str) -> Descriptor:
    """Parse a feature's name.

    Args:
        feature: openSMILE's name; any other has no group.

    Example:
        >>> describe("mfcc_sma_de[3]_quartile1")
        Descriptor(group='MFCC', descriptor='mfcc[3] delta', functional='quartile1')
        >>> describe("embedding_7")
        Descriptor(group='', descriptor='embedding_7', functional='')
    """
    group = next((name for name, pattern in GROUPS.items() if re.match(pattern, feature)), "")
    if FORMANTS.match(feature):
        group = "formants"  # not F0
    parts = NAME.fullmatch(feature)
    if not parts:
        return Descriptor(group, feature, "")
    descriptor = parts["descriptor"] + (parts["index"] or "") + (" delta" if parts["delta"] else "")
    return Descriptor(group, descriptor, parts["functional"] or "")
