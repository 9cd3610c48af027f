"""A miniature IEMOCAP, true to the format and to what is wrong with real copies of it."""

from pathlib import Path

import numpy as np
import pandas as pd
import soundfile
from miniature import RATE, voice

from dimser.core.dimensions import DIMENSIONS

HEADER = "% [START_TIME - END_TIME] TURN_NAME EMOTION [V, A, D]\n\n"


def write(root: Path, turns: int = 2) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Write five sessions, each with a scripted dialog (in two parts) and an improvised one.

    Both actors speak in every dialog, whoever wears the markers. The scripted ones have the same
    words in every session.

    Returns:
        Utterances `id,speaker,group` with labels, and ratings `id,rater` with labels.
    """
    generator = np.random.default_rng(0)
    utterances, ratings = [], []
    for session in range(1, 6):
        for dialog in ("F_impro01", "M_script01_1b"):
            dialog = f"Ses{session:02}{dialog}"
            lines, spoken = [HEADER], []
            for actor in "FM":
                for number in range(turns):
                    name = f"{dialog}_{actor}{number:03}"
                    votes = generator.integers(1, 6, size=(3, 3)).astype(float)
                    mean = votes.mean(axis=0)
                    lines.append(f"[1.0000 - 2.0000]\t{name}\tneu\t"
                                 f"[{mean[0]:.4f}, {mean[1]:.4f}, {mean[2]:.4f}]\n")  # fmt: skip
                    lines.append("C-E2:\tNeutral;\t()\nC-F1:\tAnger; Other;\t(so; so)\n")
                    for rater, (val, act, dom) in enumerate(votes, 1):
                        lines.append(f"A-E{rater}:\tval {val:g}; act {act:g}; dom  {dom:g};\t()\n")
                        ratings.append([name, f"E{rater}", val, act, dom])
                    lines.append(f"A-{actor}1:\tval 1; act 1; dom  1;\t(not an evaluator)\n\n")
                    # the scripted dialog has the same words in every session
                    words = f"Line {number} of {actor}." if "script" in dialog else f"Hm, {name}"
                    spoken.append(f"{name} [001.0000-002.0000]: {words}\n")
                    speaker = f"Ses{session:02}{actor}"
                    utterances.append([name, speaker, f"Ses{session:02}", *mean])
                    wav = root / f"Session{session}/sentences/wav/{dialog}/{name}.wav"
                    wav.parent.mkdir(parents=True, exist_ok=True)
                    sound = voice(len(utterances), 0.6, mean[1] / 5)
                    soundfile.write(wav, sound, RATE, subtype="PCM_16")
                    (wav.parent / f"._{wav.name}").write_bytes(b"\x00\x05\x16\x07")
            said = root / f"Session{session}/dialog/transcriptions/{dialog}.txt"
            said.parent.mkdir(parents=True, exist_ok=True)
            said.write_text("".join(spoken))
            evaluation = root / f"Session{session}/dialog/EmoEvaluation/{dialog}.txt"
            evaluation.parent.mkdir(parents=True, exist_ok=True)
            evaluation.write_text("".join(lines))
            (evaluation.parent / f"._{evaluation.name}").write_bytes(b"\x00\x05\x16\x07")
    return (
        pd.DataFrame(utterances, columns=["id", "speaker", "group", *DIMENSIONS]),
        pd.DataFrame(ratings, columns=["id", "rater", *DIMENSIONS]),
    )
