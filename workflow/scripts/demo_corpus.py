"""Synthesise a demo corpus: speech, simulated ratings, and the truth that was planted."""

from pathlib import Path

import pandas as pd
import soundfile

from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import write_csv
from dimser.core.job import logged, progress
from dimser.demo.corpora import DEMOS, PROSODY, simulate
from dimser.demo.speech import SAMPLING_RATE, speak

OF_UTTERANCE = ["file", "speaker", "group", "gender", "language", "text"]


def demo_corpus(*, corpus: str, seed: int, manifest: str, truth: str, audio: str) -> None:
    """Write a demo corpus. The tables come last: if they exist, the audio is complete.

    Args:
        corpus: a key of `dimser.demo.corpora.DEMOS`.
        seed: of the random numbers behind targets, voices and raters.
        manifest: output, one row per rating: `file,speaker,group,gender,language,text,rater,
            valence,arousal,dominance`, for `dimser.corpora.readers.manifest`; no `group` without
            dyads.
        truth: output, one row per utterance: `id,valence,arousal,dominance,rate,pitch,range,
            volume,effort`, the targets in [0, 1] and the resulting prosody; `id` is the stem of
            `file`.
        audio: output, folder of the utterances, beside `manifest` or below; 16 kHz, mono, 16 bits.
    """
    demo = DEMOS[corpus]
    utterances, ratings = simulate(demo, seed)
    Path(audio).mkdir(parents=True, exist_ok=True)
    for row in progress(utterances.itertuples(), "Synthesise", "utterance", len(utterances)):
        how = {name: getattr(row, name) for name in (*PROSODY, "effort")}
        signal = speak(row.text, row.voice, **how)
        soundfile.write(Path(audio, f"{row.id}.wav"), signal, SAMPLING_RATE, subtype="PCM_16")
    folder = Path(audio).relative_to(Path(manifest).parent)
    utterances["file"] = [str(folder / f"{name}.wav") for name in utterances["id"]]
    utterances["language"] = demo.language
    write_csv(utterances[["id", *DIMENSIONS, *PROSODY, "effort"]], truth)
    columns = [name for name in OF_UTTERANCE if name in utterances]
    described = pd.merge(ratings, utterances[["id", *columns]], on="id", validate="many_to_one")
    write_csv(described[[*columns, "rater", *DIMENSIONS]], manifest)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        demo_corpus(
            corpus=snakemake.wildcards.demo,
            seed=snakemake.params.seed,
            manifest=snakemake.output.manifest,
            truth=snakemake.output.truth,
            audio=snakemake.output.audio,
        )
