"""Small encoders with the published architectures and settings, untrained."""

import torch
from transformers import (
    HubertConfig,
    HubertModel,
    PreTrainedModel,
    Wav2Vec2Config,
    Wav2Vec2FeatureExtractor,
    Wav2Vec2Model,
    Wav2Vec2PreTrainedModel,
    WavLMConfig,
    WavLMModel,
)

# The settings of the published large models, at a fraction of their size.
FLAGS = {"feat_extract_norm": "layer", "do_stable_layer_norm": True, "conv_bias": True}
SIZES = FLAGS | {
    "hidden_size": 64,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "intermediate_size": 128,
    "conv_dim": (64,) * 7,
    "num_conv_pos_embeddings": 16,
    "num_conv_pos_embedding_groups": 4,
}


class RegressionHead(torch.nn.Module):
    """Dense layer, tanh, and one output per dimension, on the time mean of the last layer."""

    def __init__(self, config: Wav2Vec2Config) -> None:
        super().__init__()
        self.dense = torch.nn.Linear(config.hidden_size, config.hidden_size)
        self.out_proj = torch.nn.Linear(config.hidden_size, config.num_labels)


class Wav2Vec2ForSpeechClassification(Wav2Vec2PreTrainedModel):
    """The layout of audeering/wav2vec2-large-robust-12-ft-emotion-msp-dim's checkpoint."""

    def __init__(self, config: Wav2Vec2Config) -> None:
        super().__init__(config)
        self.wav2vec2 = Wav2Vec2Model(config)
        self.classifier = RegressionHead(config)
        self.post_init()


def make(features: str, settings: dict) -> PreTrainedModel:
    """Make a model with random weights.

    Args:
        features: `wv2_lr`, `wv2_em`, `hrt` or `wlm`.
        settings: of its configuration.
    """
    if features == "wv2_em":
        order = dict(enumerate(("arousal", "dominance", "valence")))
        names = {"id2label": order, "label2id": {name: number for number, name in order.items()}}
        return Wav2Vec2ForSpeechClassification(Wav2Vec2Config(**settings, **names))
    model, config = {
        "wv2_lr": (Wav2Vec2Model, Wav2Vec2Config),
        "hrt": (HubertModel, HubertConfig),
        "wlm": (WavLMModel, WavLMConfig),
    }[features]
    return model(config(**settings))


def save(model: PreTrainedModel, folder: str) -> None:
    """Write a model with the same files as its published one: settings, weights, normalisation."""
    model.eval().save_pretrained(folder)
    Wav2Vec2FeatureExtractor(do_normalize=True, return_attention_mask=True).save_pretrained(folder)


def write(features: str, seed: int, folder: str) -> None:
    """Write an untrained stand-in.

    Args:
        features: `wv2_lr`, `wv2_em`, `hrt` or `wlm`.
        seed: of the random weights.
        folder: output folder for `config.json`, the weights and the feature extractor.
    """
    # the name, too: two stand-ins of one architecture must not be the same model
    torch.manual_seed(seed + sum(features.encode()))
    save(make(features, SIZES | {"dimser_stand_in": True}), folder)
