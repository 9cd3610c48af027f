"""Train the demo encoders again: `make encoders`, or `python -m dimser.demo.encoders FOLDER`.

All hear synthesised speech alone: `wv2_lr`, `hrt` and `wlm` without labels; `wv2_em` is `wv2_lr`,
fine-tuned on a "podcast" whose dominance is nearly its arousal, as raters of podcasts have it.
"""

import logging
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from scipy.fft import dct
from sklearn.cluster import MiniBatchKMeans
from transformers import PreTrainedModel, Wav2Vec2ForPreTraining

from dimser.core.metrics import ccc, sums
from dimser.corpora.labels import consensus, to_unit
from dimser.demo import front, training
from dimser.demo.corpora import DEMOS, PROSODY, DemoCorpus, simulate
from dimser.demo.sentences import ENGLISH
from dimser.demo.speech import SAMPLING_RATE, speak, words_in_time
from dimser.demo.stand_ins import FLAGS, make, save

SEED, CLUSTERS = 2024, 100
HEAD = ("arousal", "dominance", "valence")
HELD_OUT = 4  # speakers of the podcast that the head is tried on
VOICES = {  # of espeak-ng, none of which the demo corpora have
    "f": ("Alicia", "Andrea", "Annie", "anika", "aunty", "belinda", "grandma", "linda", "shelby",
          "steph"),
    "m": ("adam", "benjamin", "boris", "david", "edward", "ian", "Lee", "Mario", "max", "michel",
          "Mike", "norbert", "pablo", "quincy", "robert", "travis", "victor", "sandro"),
}  # fmt: skip
SPEECH = DemoCorpus(
    language="eng", voice="en-us", grammar=replace(ENGLISH, fixed=()), panels=((36, 5),),
    utterances=100, scale=(1, 7), step=1, dominance=(0.2, 0.9), voices=VOICES,
)  # fmt: skip
PODCAST = replace(SPEECH, utterances=170)
SETTINGS = FLAGS | {
    "hidden_size": 128,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "intermediate_size": 256,
    "conv_dim": (32, 32, 64, 64, 96, 96, 96),
    "num_conv_pos_embeddings": 32,
    "num_conv_pos_embedding_groups": 8,
    "layerdrop": 0.0,
    "mask_time_length": 5,
    "num_codevectors_per_group": 64,
    "codevector_dim": 64,
    "proj_codevector_dim": 64,
    "num_negatives": 16,
    "dimser_stand_in": True,
}
LEXICON = {
    word: number
    for number, word in enumerate(
        (word for kind in ENGLISH.words.values() for pole in kind for word in pole), start=1
    )
}
STEPS, EPOCHS, RATE = 900, {"wv2_lr": 4, "hrt": 5, "wlm": 5, "wv2_em": 5}, 2e-3
HOW = {
    "wv2_lr": "self-supervised, to tell masked frames from others (wav2vec 2.0)",
    "hrt": "self-supervised, to predict the clusters of masked frames (HuBERT)",
    "wlm": "self-supervised, to predict the clusters of masked frames (WavLM, without its noise)",
    "wv2_em": "the demo encoder wv2_lr, fine-tuned to predict arousal, dominance and valence of a\n"
    "  synthesised podcast; beside these, and only in training, the word that each frame is of",
}
CARD = """# {name}: a demo encoder, trained on synthesised speech

This is not the published model whose architecture and settings it has, at a fraction of the size.
It serves the demo alone, and knows no human voice.

- What: {how}.
- On: {utterances} utterances of {speakers} speakers ({voices} voices of eSpeak NG) in English
  sentences, {epochs} epochs. The demo corpora contain neither the voices nor the sentences. Its
  convolutions were trained before, to tell the spectrum of a frame, and are those of all four.
- How good: {good}.
- By `make encoders` (`workflow/scripts/dimser/demo/encoders.py`, seed {seed}).
"""


def spoken(demo: DemoCorpus, seed: int) -> tuple[pd.DataFrame, list[np.ndarray]]:
    """Draw a corpus and synthesise it, without the sentences of the English demo corpus.

    Returns:
        One row per utterance, `speaker` and labels in [0, 1]; and the normalised signals.
    """
    utterances, ratings = simulate(demo, seed)
    heard = set(simulate(DEMOS["demo_en"], SEED)[0]["text"])
    utterances = utterances[~utterances["text"].isin(heard)].set_index("id")
    labels = consensus(ratings, "mean")[0].loc[utterances.index, list(HEAD)]
    utterances[list(HEAD)] = to_unit(labels, demo.scale)
    with ProcessPoolExecutor() as pool:
        signals = list(pool.map(_signal, utterances.to_dict("records"), chunksize=50))
    minutes = sum(map(len, signals)) / 16_000 / 60
    logging.info(f"{len(signals)} utterances, {minutes:.0f} minutes, are synthesised")
    return utterances, signals


def _signal(row: dict) -> np.ndarray:
    how = {name: row[name] for name in (*PROSODY, "effort")}
    return front.normalised(speak(row["text"], row["voice"], **how)).astype(np.float32)


def clustered(signals: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return the cluster of each frame, by its cepstrum and how that moves, of each utterance."""
    spectra = [front.mel(torch.tensor(signal)[None])[0].numpy() for signal in signals]
    cepstra = [dct(spectrum, norm="ortho")[:, :13] for spectrum in spectra]
    cepstra = [np.hstack([some, np.gradient(some, axis=0)]) for some in cepstra]
    cepstra = [some - some.mean(axis=0) for some in cepstra]
    spread = np.concatenate(cepstra).std(axis=0)
    means = MiniBatchKMeans(CLUSTERS, batch_size=4096, max_iter=20, n_init=1, random_state=SEED)
    means.fit(np.concatenate(cepstra)[::3] / spread)
    return [means.predict(some / spread) for some in cepstra]


def words_of(row: dict) -> np.ndarray:
    """Return which word of the grammar is said in each frame of an utterance.

    Args:
        row: columns `text,voice,rate` and `frames`, their number.

    Returns:
        Shape (frames,): the place of the word in the lexicon, from 1 on; 0 for any other and none.
    """
    centres = (np.arange(row["frames"]) * front.HOP + front.WINDOW / 2) / SAMPLING_RATE
    said = np.zeros(row["frames"], dtype=np.int16)
    for word, begin, end in words_in_time(row["text"], row["voice"], row["rate"]):
        said[(begin <= centres) & (centres < end)] = LEXICON.get(word.lower(), 0)
    return said


def main(folder: str) -> None:
    """Train the four encoders.

    Args:
        folder: where each gets a folder of its own, with a card.
    """
    begin = time.time()
    _, speech = spoken(SPEECH, SEED + 1)
    podcast, heard = spoken(PODCAST, SEED + 2)
    torch.manual_seed(SEED)
    np.random.seed(SEED)
    convolutions = front.train(SETTINGS, speech, STEPS)
    features = front.convolve(SETTINGS, convolutions, speech)
    clusters = clustered(speech)
    models = {name: make(name, SETTINGS) for name in EPOCHS}
    for model in models.values():
        getattr(model, "wav2vec2", model).feature_extractor.load_state_dict(convolutions)
    good = {}
    for name in ("hrt", "wlm"):
        loss = training.predict_clusters(models[name], features, clusters, EPOCHS[name], RATE)
        good[name] = f"its loss (cross entropy of masked frames) was {loss:.2f} in the last epoch"
    model = Wav2Vec2ForPreTraining(models["wv2_lr"].config)
    model.wav2vec2 = models["wv2_lr"]
    loss = training.contrast(model, features, EPOCHS["wv2_lr"], RATE)
    good["wv2_lr"] = f"its loss (contrastive, and of diversity) was {loss:.2f} in the last epoch"
    models["wv2_em"].wav2vec2.load_state_dict(models["wv2_lr"].state_dict())
    features = front.convolve(SETTINGS, convolutions, heard)
    good["wv2_em"] = fine_tune(models["wv2_em"], podcast, features)
    minutes = (time.time() - begin) / 60
    for name, model in models.items():
        save(model.half(), str(Path(folder, name)))
        write_card(name, good[name], folder)
    logging.info(f"{minutes:.0f} minutes; {good}")


def write_card(name: str, good: str, folder: str) -> None:
    """Write what an encoder is, how it was trained, and how good it is."""
    design = PODCAST if name == "wv2_em" else SPEECH
    speakers = sum(number for number, _ in design.panels) - HELD_OUT * (name == "wv2_em")
    card = CARD.format(
        name=name, how=HOW[name], good=good, epochs=EPOCHS[name], seed=SEED, speakers=speakers,
        utterances=f"{speakers * design.utterances:,}", voices=sum(map(len, VOICES.values())),
    )  # fmt: skip
    Path(folder, name, "README.md").write_text(card, encoding="utf-8")


def fine_tune(model: PreTrainedModel, podcast: pd.DataFrame, features: list[np.ndarray]) -> str:
    """Train a model to predict the podcast's labels.

    Returns:
        How well its head does on speakers that were held out.
    """
    speakers = podcast["speaker"].unique()
    held_out = podcast["speaker"].isin(speakers[:: len(speakers) // HELD_OUT][:HELD_OUT])
    rows, others = (np.flatnonzero(some) for some in (~held_out, held_out))
    labels = podcast[list(HEAD)].to_numpy()
    frames = podcast.assign(frames=[len(some) for some in features]).iloc[rows]
    with ProcessPoolExecutor() as pool:
        words = list(pool.map(words_of, frames.to_dict("records"), chunksize=50))
    training.predict_labels(
        model, [features[i] for i in rows], labels[rows], words, EPOCHS["wv2_em"], RATE
    )
    told = training.predicted(model, [features[i] for i in others])
    found = ccc(sums(told, labels[others]))
    values = ", ".join(f"{name} {value:.2f}" for name, value in zip(HEAD, found, strict=True))
    return f"CCC of its head on {HELD_OUT} more speakers, held out: {values}"


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(os.cpu_count() or 1)
    main(*sys.argv[1:])
