"""One model of each layout of heads, from audio to scores, with what it has heard."""

import json
from pathlib import Path

import miniature_iemocap
import pandas as pd
import torch
import transformers
import yaml
from conftest import make_workspace
from miniature_models import WAVEFORM, model_of, odyssey, vox_head, write

from dimser.demo import stand_ins
from dimser.features.layouts import LAYOUTS

HEARD = {
    "audeering": ["MSP-Podcast/Train"], "sequence": ["IEMOCAP"], "odyssey": None,
    "whisper": ["MSP-Podcast/Train", "openai/whisper-large-v3"],
}  # fmt: skip


def write_models(folder: Path) -> None:
    stand_ins.write("wv2_em", 7, str(folder / "audeering"))
    names = dict(enumerate(("arousal", "dominance", "valence")))
    torch.manual_seed(0)
    sizes = WAVEFORM | {"classifier_proj_size": 8, "num_labels": 3, "id2label": names}
    model = transformers.HubertForSequenceClassification(transformers.HubertConfig(**sizes))
    model.save_pretrained(folder / "sequence")
    transformers.Wav2Vec2FeatureExtractor().save_pretrained(folder / "sequence")
    odyssey(folder / "odyssey")
    said = {"hidden_dim": 12}
    write(folder / "whisper", model_of("Whisper"), "backbone_model.", vox_head(0), said)


def test_one_model_of_each_layout_predicts_a_corpus(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    utterances, _ = miniature_iemocap.write(tmp_path / "data/iemocap", turns=1)
    write_models(tmp_path / "data/own")
    models = {
        name: {"label": name, "extractor": "transformers", "model": f"data/own/{name}"}
        | ({} if heard is None else {"trained_on": heard})
        for name, heard in HEARD.items()
    }
    corpus = {"label": "IEMOCAP", "reader": "iemocap", "root": "data/iemocap", "scale": [1, 5],
              "folds": {"by": "group", "k": 5}}  # fmt: skip
    config = {
        "corpora": {"mini": corpus}, "features": models, "draws": 100,
        "direct": {f"e2e_{name}": {"label": name, "features": name} for name in models},
        "methods": [f"e2e_{name}" for name in models],
    }  # fmt: skip
    (tmp_path / "config/mini.yaml").write_text(yaml.safe_dump(config))
    workspace.snakemake("results/tables/table1.csv")
    scores = pd.read_csv(tmp_path / "results/mini/scores.csv").set_index(["method", "dimension"])
    assert scores["ccc"].notna().all() and (scores["n"] == len(utterances)).all()
    marks = scores["heard"].groupby("method", sort=False).first()
    assert marks.to_dict() == {
        "e2e_audeering": "no", "e2e_sequence": "fine-tuning (this part)", "e2e_odyssey": "unknown",
        "e2e_whisper": "unknown",
    }  # fmt: skip
    assert "| sequence § |" in " ".join((tmp_path / "results/tables/table1.md").read_text().split())
    heads = {
        name: json.loads((tmp_path / f"results/models/{name}.json").read_text())["head"]
        for name in models
    }
    assert {*heads.values()} == {layout.layout for layout in LAYOUTS}
