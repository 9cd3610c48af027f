"""Untrained stand-ins: small encoders with the published architectures and random weights."""

import torch
from transformers import (
    HubertConfig,
    HubertModel,
    Wav2Vec2Config,
    Wav2Vec2FeatureExtractor,
    Wav2Vec2Model,
    Wav2Vec2PreTrainedModel,
    WavLMConfig,
    WavLMModel,
)

# The settings of the published large models, at a fraction of their size.
SIZES = {
    "hidden_size": 64,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "intermediate_size": 128,
    "conv_dim": (64,) * 7,
    "num_conv_pos_embeddings": 16,
    "num_conv_pos_embedding_groups": 4,
    "feat_extract_norm": "layer",
    "do_stable_layer_norm": True,
    "conv_bias": True,
    "dimser_stand_in": True,
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


def write(features: str, seed: int, folder: str) -> None:
    """Write a stand-in with the same files as its published model.

    Args:
        features: `wv2_lr`, `wv2_em`, `hrt` or `wlm`.
        seed: of the random weights.
        folder: output folder for `config.json`, the weights and the feature extractor.
    """
    # the name, too: two stand-ins of one architecture must not be the same model
    torch.manual_seed(seed + sum(features.encode()))
    if features == "wv2_em":
        order = dict(enumerate(("arousal", "dominance", "valence")))
        config = Wav2Vec2Config(
            **SIZES, id2label=order, label2id={name: number for number, name in order.items()}
        )
        model = Wav2Vec2ForSpeechClassification(config)
    else:
        kind, config = {
            "wv2_lr": (Wav2Vec2Model, Wav2Vec2Config),
            "hrt": (HubertModel, HubertConfig),
            "wlm": (WavLMModel, WavLMConfig),
        }[features]
        model = kind(config(**SIZES))
    model.eval().save_pretrained(folder)
    Wav2Vec2FeatureExtractor(do_normalize=True, return_attention_mask=True).save_pretrained(folder)
