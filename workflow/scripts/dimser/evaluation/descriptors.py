"""What the names of openSMILE's features say: low-level descriptor, group, delta and functional."""

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
FORMANTS = re.compile(GROUPS["formants"])


class Descriptor(NamedTuple):
    """What a feature's name says.

    Attributes:
        group: of low-level descriptors ("MFCC", "loudness", ...); empty where it is not known.
        descriptor: the low-level descriptor with its index, and "delta" where it is its slope.
        functional: what was computed of it; empty where the feature is no functional.
    """

    group: str
    descriptor: str
    functional: str


def describe(feature: str) -> Descriptor:
    """Take a feature's name apart.

    Args:
        feature: as openSMILE calls it ("mfcc_sma_de[3]_quartile1"); any other name has no group.
    """
    group = next((name for name, pattern in GROUPS.items() if re.match(pattern, feature)), "")
    if FORMANTS.match(feature):
        group = "formants"  # not F0
    found = NAME.fullmatch(feature)
    if not found:
        return Descriptor(group, feature, "")
    descriptor = found["descriptor"] + (found["index"] or "") + (" delta" if found["delta"] else "")
    return Descriptor(group, descriptor, found["functional"] or "")
