"""The encoders that ship with the demo, and how they are trained, in miniature."""

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import PROJECT
from safetensors.torch import load_file
from transformers import AutoConfig, Wav2Vec2ForPreTraining

from dimser.demo import encoders as module
from dimser.demo import front, training
from dimser.demo.encoders import HEAD, LEXICON, PODCAST, SETTINGS, VOICES, spoken, words_of
from dimser.demo.stand_ins import FLAGS, make
from dimser.features import encoders

NAMES = {"wv2_lr": "wav2vec2", "wv2_em": "wav2vec2", "hrt": "hubert", "wlm": "wavlm"}
TINY = SETTINGS | {
    "hidden_size": 32,
    "num_hidden_layers": 1,
    "intermediate_size": 32,
    "conv_dim": (8, 8, 8, 8, 8, 8, 16),
    "num_conv_pos_embeddings": 8,
    "num_conv_pos_embedding_groups": 4,
    "num_codevectors_per_group": 8,
}


@pytest.mark.parametrize("name", NAMES)
def test_what_ships_is_small_has_the_published_flags_and_a_card(name: str) -> None:
    folder = PROJECT / "data/encoders" / name
    weights = folder / "model.safetensors"
    assert weights.stat().st_size < 3e6
    assert {some.dtype for some in load_file(weights).values()} == {torch.float16}
    config = AutoConfig.from_pretrained(folder)
    assert config.model_type == NAMES[name] and config.conv_stride == [5, 2, 2, 2, 2, 2, 2]
    assert all(getattr(config, flag) == value for flag, value in FLAGS.items())
    card = (folder / "README.md").read_text()
    assert "trained on synthesised speech" in card and "make encoders" in card


@pytest.mark.parametrize("name", NAMES)
def test_what_ships_is_loaded_as_any_other_model(name: str) -> None:
    encoder = encoders.load(str(PROJECT / "data/encoders" / name), "last", "cpu")
    assert encoder.normalize and encoder.batched and encoder.rate == 16_000
    assert encoder.outputs == (list(HEAD) if name == "wv2_em" else [])
    assert encoder.width == SETTINGS["hidden_size"]


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Steps this small are not faster with more."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def heard() -> tuple:
    """Utterances of two speakers, and their signals."""
    few = {"panels": ((2, 5),), "utterances": 20}
    return spoken(replace(PODCAST, **few), 1)


@pytest.fixture(scope="module")
def features(heard: tuple) -> list[np.ndarray]:
    """What convolutions that were hardly trained make of them."""
    torch.manual_seed(0)
    return front.convolve(TINY, front.train(TINY, heard[1], 3), heard[1])


@pytest.fixture
def losses(caplog: pytest.LogCaptureFixture):
    """The loss of each epoch so far."""
    caplog.set_level(logging.INFO)
    return lambda: [float(loss) for loss in re.findall(r"loss (-?[\d.]+)", caplog.text)]


def test_other_voices_speak_and_labels_lie_in_the_unit_interval(heard: tuple) -> None:
    utterances, signals = heard
    assert len(utterances) == len(signals) > 35
    assert set(utterances["voice"]) == {f"en-us+{VOICES[gender][0]}" for gender in "fm"}
    assert utterances[list(HEAD)].stack().between(0, 1).all()
    assert all(abs(signal.mean()) < 1e-3 and signal.std() == pytest.approx(1, 0.1)
               for signal in signals)  # fmt: skip


def test_frames_of_the_spectrum_are_those_of_the_convolutions(heard: tuple, features: list) -> None:
    for signal, made in zip(heard[1][:5], features, strict=False):
        spectrum = front.mel(torch.tensor(signal)[None])[0]
        assert spectrum.shape == (len(made), 64) and made.shape[1] == 16
    tone = torch.sin(torch.arange(16_000) * 2 * np.pi * 1000 / 16_000)[None]
    low, high = (front.mel(torch.sin(torch.arange(16_000) * 2 * np.pi * hertz / 16_000)[None])
                 .mean(1).argmax() for hertz in (300, 3000))  # fmt: skip
    assert low < front.mel(tone).mean(1).argmax() < high


def test_masked_prediction_of_clusters_learns(features: list, losses) -> None:
    torch.manual_seed(0)
    np.random.seed(0)
    clusters = [(some[:, 0] > 0).astype(int) + 2 * (some[:, 1] > 0) for some in features]
    training.predict_clusters(make("hrt", TINY), features, clusters, epochs=12, rate=3e-3)
    assert losses()[-1] < losses()[0] - 0.05


def test_contrast_learns(features: list, losses) -> None:
    torch.manual_seed(0)
    np.random.seed(0)
    encoder = make("wv2_lr", TINY)
    model = Wav2Vec2ForPreTraining(encoder.config)
    model.wav2vec2 = encoder
    before = encoder.encoder.layers[0].attention.k_proj.weight.clone()
    training.contrast(model, features, epochs=12, rate=3e-3)
    assert losses()[-1] < losses()[0]
    assert not torch.equal(before, encoder.encoder.layers[0].attention.k_proj.weight)
    assert not isinstance(encoder.feature_extractor, training.Convolved)


def test_labels_are_learnt_with_the_head_that_ships(heard: tuple, features: list, losses) -> None:
    torch.manual_seed(0)
    np.random.seed(0)
    labels = heard[0][list(HEAD)].to_numpy()
    words = [words_of(row | {"frames": len(some)})
             for row, some in zip(heard[0].to_dict("records"), features, strict=True)]  # fmt: skip
    training.predict_labels(make("wv2_em", TINY), features, labels, words, epochs=12, rate=3e-3)
    assert losses()[-1] < losses()[0] - 0.3


def test_each_frame_has_the_word_that_is_said_in_it() -> None:
    row = {"text": "The party is lovely; she moved it.", "voice": "en-us+linda", "rate": 170}
    said = words_of(row | {"frames": 120})
    order = [number for number, _ in groupby(said.tolist())]
    party, lovely, moved = (LEXICON[word] for word in ("party", "lovely", "moved"))
    assert order == [0, party, 0, lovely, 0, moved, 0]
    assert all(5 < (said == number).sum() < 40 for number in (party, lovely, moved))
    assert len(LEXICON) == max(LEXICON.values()) == 168


def test_all_four_are_trained_and_written_with_their_cards(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    design = replace(PODCAST, panels=((6, 5),), utterances=12)
    smaller = {"SPEECH": design, "PODCAST": design, "SETTINGS": TINY, "STEPS": 2, "CLUSTERS": 4,
               "EPOCHS": dict.fromkeys(NAMES, 1), "HELD_OUT": 2}  # fmt: skip
    for name, value in smaller.items():
        monkeypatch.setattr(module, name, value)
    module.main(str(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(NAMES)
    for name in NAMES:
        encoder = encoders.load(str(tmp_path / name), "last", "cpu")
        assert encoder.outputs == (list(HEAD) if name == "wv2_em" else [])
        assert "1 epochs" in (tmp_path / name / "README.md").read_text()
    assert "48 utterances of 4 speakers" in (tmp_path / "wv2_em/README.md").read_text()
    assert "72 utterances of 6 speakers" in (tmp_path / "wv2_lr/README.md").read_text()
