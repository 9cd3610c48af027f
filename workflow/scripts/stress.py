"""Judge a corpus's methods: whether they are right, robust to altered audio, and fair."""

import pandas as pd

from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged, progress
from dimser.corpora.corpus import known
from dimser.evaluation import predictions as predicted
from dimser.evaluation.clusters import clusters_of
from dimser.evaluation.parts import thirds
from dimser.evaluation.stress import COLUMNS, of_all, of_groups, robustness
from dimser.features import store
from dimser.features.conditions import with_noises


def stress(
    *,
    altered: list[str],
    predictions: list[str],
    utterances: str,
    folds: str,
    pitch: str,
    pitch_feature: str,
    methods: list[str],
    correctness: list[str],
    checks: list[str],
    fairness: list[str],
    noises: dict[str, dict],
    clusters: str,
    seed: int,
    output: str,
) -> None:
    """Write one row for each method, dimension, check and condition.

    Args:
        altered: predictions of a sample in all conditions, csv of each method.
        predictions: of all utterances, csv of each method.
        utterances: csv with columns `id,speaker,gender,language,valence,arousal,dominance`
            and perhaps `age`.
        folds: csv with columns `id,fold`.
        pitch: feature store that the mean pitch stands in; "" where there is none.
        pitch_feature: its name there.
        methods: ids, in the order of both lists of predictions.
        correctness: keys of `dimser.evaluation.registry.CORRECTNESS`.
        checks: conditions of altered audio.
        fairness: keys of `dimser.evaluation.registry.FAIRNESS`.
        noises: `path` and `snr` of folders of noise, by name.
        clusters: what errs together; see `dimser.evaluation.clusters`.
        seed: of simulations.
        output: csv; see config/README.md.
    """
    values, truth, table, dimensions = predicted.load(utterances, [folds], predictions)
    labels = pd.DataFrame(truth, table.index, dimensions)
    own, by = clusters_of(table, clusters)
    own = pd.Series(own, table.index) if by else None
    named = known(table["speaker"])
    # each whose name is not known counts alone
    speakers = table["speaker"] if named.notna().any() else None
    conditions = {name: with_noises(noises)[name] for name in checks}
    ages = table.get("age", pd.Series(dtype=float)).reindex(table.index)
    groups = {
        "sex": (table["gender"], "fewer than two sexes are known"),
        "language": (table["language"], "fewer than two languages are known"),
        "pitch": (_pitch(pitch, pitch_feature, table.index), "no feature set has the mean pitch"),
        "age": (thirds(ages).astype(object), "fewer than two ages are known"),
    }
    groups = {name: groups[name] for name in fairness}
    found = []
    for number, method in enumerate(progress(methods, "Judge", "method")):
        mine = pd.DataFrame(values[:, 0, number], table.index, dimensions)
        rows = [*of_all(mine, labels, correctness, named, own)]
        if altered:
            rows += robustness(read_csv(altered[number]), labels, own, conditions)
        rows += of_groups(mine, labels, groups, speakers, own, seed)
        found.append(pd.DataFrame(rows, columns=COLUMNS).assign(method=method))
    result = pd.concat(found, ignore_index=True)
    write_csv(result.assign(passed=result["passed"].map({True: "yes", False: "no"})), output)


def _pitch(path: str, feature: str, ids: pd.Index) -> pd.Series:
    """Return the third of the mean pitch that each utterance is in; missing without a voice."""
    if not path:
        return pd.Series(None, ids, dtype=object)
    stored = store.read(path, list(ids))
    hertz = pd.Series(stored.features[:, stored.names.index(feature)], ids, dtype=float)
    return thirds(hertz.mask(hertz <= 0)).astype(object)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        stress(
            altered=list(snakemake.input.altered),
            predictions=list(snakemake.input.predictions),
            utterances=snakemake.input.utterances,
            folds=snakemake.input.folds,
            pitch="".join(snakemake.input.pitch),
            **snakemake.params.arguments,
            output=snakemake.output.stress,
        )
