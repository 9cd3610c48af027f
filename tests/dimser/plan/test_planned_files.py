"""Which files each job needs."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import CONFIG

from dimser.plan.digests import file_digest
from dimser.plan.files import CODE, Files
from dimser.plan.run import Run


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is worked in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files(place: object = str, **changes: object) -> Files:
    return Files(Run(CONFIG | changes), place)


class Wildcards(SimpleNamespace):
    """As Snakemake has them."""

    def items(self) -> list[tuple[str, str]]:
        return list(vars(self).items())


MINI = Wildcards(corpus="mini")


def fold(method: str, number: int = 0, grouping: str = "") -> Wildcards:
    return Wildcards(corpus="mini", grouping=grouping, method=method, fold=str(number))


def finish(folder: Path, method: str, number: int = 0) -> None:
    path = folder / f"results/mini/predictions/{method}/{number}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("")


def test_a_table_has_no_features_that_are_columns_of_the_manifest(here: Path) -> None:
    wanted = Wildcards(corpus="mini", features="given")
    (here / "data/mini").mkdir(parents=True)
    table, manifest = here / "data/mini/given.csv", here / "data/mini/manifest.csv"
    table.write_text("id,f0,MOOD,valence_r1\n" + "a,1,2,3\n" * 400_000)
    assert files().beside(wanted) == []
    manifest.write_text('\ufeffsep=;\n"id"; mood;"";valence_r1;trust;r1\n9;f0;1;2;1;1\n', "utf-8")
    assert files().beside(wanted) == ["id", "mood", "valence_r1"]
    table.write_text(table.read_text() + "trust")  # as Parquet's header, at the end
    assert files().beside(wanted) == ["id", "mood", "valence_r1", "trust"]


def test_a_fusion_needs_the_distances_of_each_part(here: Path) -> None:
    assert files().distances(fold("egemaps+wv2_em", 2)) == [
        "results/mini/distances/egemaps/2.h5", "results/mini/distances/wv2_em/2.h5",
    ]  # fmt: skip


def test_a_new_fusion_gets_distances_that_finished_regressions_do_not_rest_on(here: Path) -> None:
    finish(here, "egemaps")
    new, finished = (files().distances(fold(m)) for m in ("egemaps+wv2_em", "egemaps"))
    folder = "results/mini/distances"
    assert new == [f"{folder}/egemaps/0_again.h5", f"{folder}/wv2_em/0.h5"]
    assert finished == [f"{folder}/egemaps/0.h5"]
    there = here / folder / "egemaps/0.h5"
    there.parent.mkdir(parents=True)
    there.write_text("")  # the fold is being worked on
    assert files().distances(fold("egemaps+wv2_em"))[0] == f"{folder}/egemaps/0.h5"


def test_what_has_been_made_is_looked_up_where_another_workflow_puts_it(here: Path) -> None:
    finish(here / "emotion", "egemaps")
    assert "_again" not in files().distances(fold("egemaps+wv2_em"))[0]
    below = files(lambda path: f"emotion/{path}")
    assert "_again" in below.distances(fold("egemaps+wv2_em"))[0]


def test_a_fold_waits_for_an_earlier_one_where_few_may_have_distances() -> None:
    assert files().earlier_fold(fold("", 2)) == []
    waiting = files(folds_at_once=2)
    assert waiting.earlier_fold(fold("", 1)) == []
    assert waiting.earlier_fold(fold("", 2)) == [
        f"results/mini/predictions/{method}/0.csv"
        for method in ("egemaps", "wv2_em", "given", "egemaps+wv2_em")
    ]


def test_a_further_grouping_has_results_of_its_own_and_begins_after_the_first(here: Path) -> None:
    folds = CONFIG["corpora"]["mini"]["folds"] | {"seeds": 2}
    corpora = {"mini": CONFIG["corpora"]["mini"] | {"folds": folds}}
    several, second = files(corpora=corpora), fold("egemaps", 0, "groupings/1/")
    finish(here, "egemaps")
    folder = "results/mini/groupings/1"
    assert several.distances(second) == [f"{folder}/distances/egemaps/0.h5"]
    assert several.fold_predictions(second)[0] == f"{folder}/predictions/egemaps/0.csv"
    assert several.turn(second) == folds["k"] > several.turn(fold("egemaps", 1))
    few = files(corpora=corpora, folds_at_once=1)
    assert f"results/mini/predictions/egemaps/{folds['k'] - 1}.csv" in few.earlier_fold(second)
    assert several.predictions(lambda _: ["given"])(MINI) == [
        "results/mini/predictions/given.csv", f"{folder}/predictions/given.csv"
    ]  # fmt: skip
    assert several.groupings(MINI) == ["results/mini/folds.csv", f"{folder}/folds.csv"]


def test_labels_are_the_reader_s_files_or_what_a_rule_makes(here: Path) -> None:
    (here / "data/mini").mkdir(parents=True)
    assert files().labels(MINI) == []  # its reader says so
    (here / "data/mini/manifest.csv").write_text("")
    assert files().labels(MINI) == ["data/mini/manifest.csv"]
    demo = CONFIG["corpora"]["mini"] | {"root": "data/demo_en"}
    assert files(corpora={"mini": demo}).labels(MINI) == ["data/demo_en/manifest.csv"]
    public = {"reader": "quechua_collao", "root": "data/quechua_collao"}
    corpus = CONFIG["corpora"]["mini"] | public
    assert files(corpora={"mini": corpus}).labels(MINI) == ["data/quechua_collao"]


def test_content_changes_with_the_tables_and_not_with_their_dates(here: Path) -> None:
    path = here / "results/mini/folds.csv"
    path.parent.mkdir(parents=True)
    of = files().content("folds")
    nothing = of(MINI)
    path.write_text("id,fold\n")
    before = of(MINI)
    path.touch()
    assert of(MINI) == before != nothing
    path.write_text("id,fold\na,1\n")
    assert of(MINI) != before
    assert of(Wildcards()) == of(MINI)  # of all corpora, where a rule has none


def test_a_map_of_layers_is_a_table_and_a_store(here: Path) -> None:
    every = {"label": "All", "extractor": "transformers", "model": "a/b", "layer": "all"}
    best = {"label": "Best", "extractor": "layer", "of": "every", "layer": "best"}
    mini = CONFIG["corpora"]["mini"] | {"methods": ["given", "best"]}
    own = files(
        corpora={"mini": mini}, features=CONFIG["features"] | {"every": every, "best": best},
        direct={}, baselines={},
    )  # fmt: skip
    assert own.layer_maps(MINI) == ["results/mini/layers/every.csv"]
    assert own.all_stores() == [f"results/mini/features/{name}.h5" for name in ("given", "every")]
    assert own.layers_of_fold(fold("best", 2)) == [
        "results/mini/layers/every/2.csv", "results/mini/layers/every/2_models.csv",
    ]  # fmt: skip
    of = Wildcards(corpus="mini", features="every")
    assert own.layers_of_folds(of) == [f"results/mini/layers/every/{n}.csv" for n in range(3)]


def test_every_pattern_is_filled_in_for_each_corpus_once() -> None:
    assert files().every("results/{corpus}/scores.csv") == ["results/mini/scores.csv"]
    assert len(files().every("results/{corpus}/featurewise/{features}.csv")) == 3


def test_a_demo_encoder_lies_with_the_code_and_is_known_by_its_weights() -> None:
    shipped = CONFIG["features"]["wv2_em"] | {"model": "data/encoders/wv2_em"}
    planned = files(features=CONFIG["features"] | {"wv2_em": shipped})
    assert planned.model("wv2_em") == str(CODE / "data/encoders/wv2_em")
    weights = CODE / "data/encoders/wv2_em/model.safetensors"
    assert planned.encoder(Wildcards(features="wv2_em")) == file_digest(str(weights))
    assert files().encoder(Wildcards(features="wv2_em")) == ""


def test_what_needs_audio_matters_to_a_corpus_that_has_none(here: Path) -> None:
    table = here / "results/mini/audio.csv"
    table.parent.mkdir(parents=True)
    assert files().needing_audio(MINI) == []  # which is not yet known
    for text, needing in (("id,file\na,a.wav\n", 0), ("id,file\n", 3)):
        table.unlink(missing_ok=True)
        table.write_text(text)
        assert len(files().needing_audio(MINI)) == needing
