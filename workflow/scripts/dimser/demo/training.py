"""How the demo encoders are trained: self-supervised, and to predict labels.

Each function takes what the convolutions make of an utterance, an array of shape (frames,
channels), and trains what comes after them: as where a published model is fine-tuned, the
convolutions stay as they are. `torch.manual_seed` and `numpy.random.seed` decide about the weights
and the masks.
"""

import logging
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from transformers import PreTrainedModel, Wav2Vec2ForPreTraining
from transformers.models.wav2vec2.modeling_wav2vec2 import (
    _compute_mask_indices,
    _sample_negative_indices,
)

BATCH, POOL = 32, 20  # utterances; batches among which utterances of equal length are sought
MASKED, SPAN = 0.5, 8  # share of frames that begin nothing but are masked, in spans of frames
WARM_UP = 0.1  # share of the steps


class Convolved(nn.Module):
    """Stands in the place of the convolutions, which have been computed before."""

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return what it is given, shape (utterances, channels, frames)."""
        return features


def predict_clusters(
    encoder: PreTrainedModel,
    features: Sequence[np.ndarray],
    clusters: Sequence[np.ndarray],
    epochs: int,
    rate: float = 1e-3,
) -> float:
    """Train an encoder to predict the clusters of masked frames, as HuBERT and WavLM are.

    Args:
        encoder: trained in place.
        features: of each utterance.
        clusters: the cluster of each frame, of each utterance.
        epochs: how often all utterances are seen.
        rate: highest learning rate.

    Returns:
        The mean loss of the last epoch.
    """
    head = nn.Linear(encoder.config.hidden_size, 1 + max(int(some.max()) for some in clusters))

    def loss(chosen: np.ndarray) -> torch.Tensor:
        batch, frames = _cropped(features, chosen)
        mask = _mask(batch, frames)
        told = head(encoder(batch, mask_time_indices=mask).last_hidden_state)
        truth = torch.tensor(np.stack([clusters[i][:frames] for i in chosen])).long()
        return functional.cross_entropy(told[mask], truth[mask])

    return _train(encoder, [encoder, head], features, loss, epochs, rate)


def contrast(
    model: Wav2Vec2ForPreTraining, features: Sequence[np.ndarray], epochs: int, rate: float = 1e-3
) -> float:
    """Train wav2vec 2.0 to tell a masked frame from others of its utterance.

    Args:
        model: with quantiser; its encoder is trained in place.
        features: of each utterance.
        epochs: how often all utterances are seen.
        rate: highest learning rate.

    Returns:
        The mean loss of the last epoch.
    """

    def loss(chosen: np.ndarray) -> torch.Tensor:
        batch, frames = _cropped(features, chosen)
        mask = _mask(batch, frames)
        others = _sample_negative_indices(
            (len(chosen), frames), model.config.num_negatives, mask.numpy()
        )
        output = model(batch, mask_time_indices=mask, sampled_negative_indices=torch.tensor(others))
        model.set_gumbel_temperature(max(model.quantizer.temperature * 0.999, 0.5))
        return output.loss / mask.sum()

    return _train(model.wav2vec2, [model], features, loss, epochs, rate)


def predict_labels(
    model: PreTrainedModel,
    features: Sequence[np.ndarray],
    labels: np.ndarray,
    words: Sequence[np.ndarray],
    epochs: int,
    rate: float = 1e-3,
) -> float:
    """Train an encoder and its head to predict labels: one minus their mean CCC is the loss.

    Beside it, and only in training, the word that is being said is predicted from each frame:
    without that, an hour is too short to learn words from labels.

    Args:
        model: whose parts are `wav2vec2` and `classifier`; trained in place.
        features: of each utterance.
        labels: shape (utterances, outputs), in the order of the head.
        words: of each utterance, the number of the word that is said in each frame.
        epochs: how often all utterances are seen.
        rate: highest learning rate.

    Returns:
        The mean loss of the last epoch.
    """
    encoder = model.wav2vec2
    lexicon = nn.Linear(encoder.config.hidden_size, 1 + max(int(some.max()) for some in words))
    encoder._get_feature_vector_attention_mask = lambda _count, mask, **_rest: mask

    def loss(chosen: np.ndarray) -> torch.Tensor:
        lengths = torch.tensor([len(features[i]) for i in chosen])
        mask = torch.arange(int(lengths.max())) < lengths[:, None]
        batch = torch.zeros(len(chosen), features[0].shape[1], mask.shape[1])
        for row, i in zip(batch, chosen, strict=True):
            row[:, : len(features[i])] = torch.tensor(features[i].T)
        states = encoder(batch, attention_mask=mask).last_hidden_state
        told = _head(model.classifier, (states * mask[..., None]).sum(1) / lengths[:, None])
        truth = torch.tensor(labels[chosen], dtype=torch.float32)
        said = torch.tensor(np.concatenate([words[i] for i in chosen])).long()
        spelt = functional.cross_entropy(lexicon(states[mask]), said)
        return 1 - _ccc(told, truth).mean() + spelt

    last = _train(encoder, [model, lexicon], features, loss, epochs, rate)
    del encoder._get_feature_vector_attention_mask
    return last


@torch.inference_mode()
def predicted(model: PreTrainedModel, features: Sequence[np.ndarray]) -> np.ndarray:
    """Return what a trained model's head predicts, shape (utterances, outputs)."""
    encoder, told = model.wav2vec2, []
    for some in features:
        states, _ = encoder.feature_projection(torch.tensor(some, dtype=torch.float32)[None])
        pooled = encoder.encoder(states).last_hidden_state.mean(1)
        told.append(_head(model.classifier, pooled)[0].numpy())
    return np.stack(told)


def _head(head: nn.Module, pooled: torch.Tensor) -> torch.Tensor:
    return head.out_proj(torch.tanh(head.dense(pooled)))


def _ccc(told: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    shift = told.mean(0) - truth.mean(0)
    product = ((told - told.mean(0)) * (truth - truth.mean(0))).mean(0)
    return 2 * product / (told.var(0, correction=0) + truth.var(0, correction=0) + shift**2)


def _train(
    encoder: PreTrainedModel,
    modules: list[nn.Module],
    features: Sequence[np.ndarray],
    loss: callable,
    epochs: int,
    rate: float,
) -> float:
    convolutions, encoder.feature_extractor = encoder.feature_extractor, Convolved()
    parameters = [weight for module in modules for weight in module.parameters()]
    optimiser = torch.optim.AdamW(parameters, rate, betas=(0.9, 0.98), weight_decay=0.01)
    steps = epochs * (len(features) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, rate, total_steps=steps, pct_start=WARM_UP
    )
    for module in modules:
        module.train()
    for epoch in range(epochs):
        losses = []
        for chosen in _batches(features):
            step = loss(chosen)
            optimiser.zero_grad()
            step.backward()
            nn.utils.clip_grad_norm_(parameters, 1.0)
            optimiser.step()
            schedule.step()
            losses.append(step.item())
        logging.info(f"{type(encoder).__name__}, epoch {epoch + 1}: loss {np.mean(losses):.3f}")
    encoder.feature_extractor = convolutions
    for module in modules:
        module.eval()
    return float(np.mean(losses))


def _batches(features: Sequence[np.ndarray]) -> Iterator[np.ndarray]:
    """Yield the numbers of utterances of similar lengths, in a random order."""
    lengths = np.array([len(some) for some in features])
    order = np.random.permutation(len(features))
    pools = np.array_split(order, max(len(order) // (BATCH * POOL), 1))
    ordered = np.concatenate([pool[np.argsort(lengths[pool], kind="stable")] for pool in pools])
    batches = ordered[: len(ordered) // BATCH * BATCH].reshape(-1, BATCH)
    yield from batches[np.random.permutation(len(batches))]


def _cropped(features: Sequence[np.ndarray], chosen: np.ndarray) -> tuple[torch.Tensor, int]:
    """Return as many frames of each utterance as the shortest has, and their number."""
    frames = min(len(features[i]) for i in chosen)
    crops = np.stack([features[i][:frames].T for i in chosen])
    return torch.tensor(crops, dtype=torch.float32), frames


def _mask(batch: torch.Tensor, frames: int) -> torch.Tensor:
    return torch.tensor(_compute_mask_indices((len(batch), frames), MASKED, SPAN))
