"""Small models with random weights in the layouts of published ones, as their authors have them."""

import json
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file, save_file

WIDTH = 16
WAVEFORM = {"hidden_size": WIDTH, "num_hidden_layers": 2, "num_attention_heads": 2,
            "intermediate_size": 24, "conv_dim": (8,) * 7, "num_conv_pos_embeddings": 16,
            "num_conv_pos_embedding_groups": 2, "feat_extract_norm": "layer",
            "do_stable_layer_norm": True}  # fmt: skip
WHISPER = {"d_model": WIDTH, "encoder_layers": 2, "decoder_layers": 1, "decoder_ffn_dim": 8,
           "encoder_attention_heads": 1, "decoder_attention_heads": 1, "encoder_ffn_dim": 24,
           "vocab_size": 8, "pad_token_id": 0, "bos_token_id": 0, "eos_token_id": 0,
           "num_mel_bins": 24}  # fmt: skip
MEAN, STD = -0.01, 0.12
Tensors = dict[str, torch.Tensor]


def drawn(**shapes: tuple[int, ...]) -> Tensors:
    """Draw tensors, large enough for every one of them to count."""
    generator = torch.Generator().manual_seed(1)
    return {name: torch.randn(shape, generator=generator) / 2 for name, shape in shapes.items()}


def linear_of(name: str, outputs: int, inputs: int, *kernel: int) -> dict[str, tuple]:
    return {f"{name}.weight": (outputs, inputs, *kernel), f"{name}.bias": (outputs,)}


def model_of(kind: str) -> transformers.PreTrainedModel:
    torch.manual_seed(0)
    sizes = WHISPER if kind == "Whisper" else WAVEFORM
    model = getattr(transformers, f"{kind}Model")(getattr(transformers, f"{kind}Config")(**sizes))
    for name, norm in model.named_parameters():
        if "layer_norm" in name:  # ones and zeros would hide which norm was taken
            torch.nn.init.normal_(norm)
    return model.eval()


def write(
    folder: Path, model: transformers.PreTrainedModel, prefix: str, head: Tensors, said: dict
) -> None:
    """Write a checkpoint as its authors have it: a bare config.json, and no preprocessor."""
    folder.mkdir(exist_ok=True)
    model.save_pretrained(folder / "own")
    own = {f"{prefix}{n}": t for n, t in load_file(folder / "own/model.safetensors").items()
           if "decoder" not in n}  # fmt: skip
    save_file(own | head, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(said))


def odyssey(folder: Path, prefixes: tuple[str, str, str] = ("ssl_model.", "pool_model.",
            "ser_model."), outputs: int = 3, **said: object) -> tuple:  # fmt: skip
    """Write the layout of Odyssey 2024; also return the encoder and the head's tensors."""
    encoder, pooling, regression = prefixes
    shapes = {f"{pooling}{n}": s for n, s in linear_of("sap_linear", WIDTH, WIDTH).items()}
    shapes[f"{pooling}attention"] = (WIDTH, 1)
    for name, sizes in (("fc.0.0", (12, 2 * WIDTH)), ("out.0", (outputs, 12))):
        shapes |= {f"{regression}{n}": s for n, s in linear_of(name, *sizes).items()}
    shapes |= {f"{regression}fc.0.1.{part}": (12,) for part in ("weight", "bias")}
    model, head = model_of("WavLM"), drawn(**shapes)
    write(folder, model, encoder, head, {"model_type": "ser", "mean": MEAN, "std": STD} | said)
    short = {n.removeprefix(pooling).removeprefix(regression): t for n, t in head.items()}
    return model, short


def vox_head(states: int) -> Tensors:
    shapes = {"weights": (states,)} if states else {}
    shapes |= linear_of("model_seq.0", 12, WIDTH, 1)
    for number in (3, 6):
        shapes |= linear_of(f"model_seq.{number}", 12, 12, 1)
    for name in ("arousal", "valence", "dominance"):
        shapes |= linear_of(f"{name}_layer.0", 12, 12) | linear_of(f"{name}_layer.2", 1, 12)
    return drawn(**shapes)
