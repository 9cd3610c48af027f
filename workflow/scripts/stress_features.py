"""Extract a feature set from a sample of a corpus in every condition of a stress test."""

from dimser.core.files import read_csv
from dimser.core.job import logged
from dimser.core.lookup import function
from dimser.features import store, stress
from dimser.features.conditions import with_noises


def stress_features(
    *,
    audio: str,
    utterances: str,
    folds: str,
    extractor: str,
    settings: dict,
    model: str,
    checks: list[str],
    noises: dict[str, dict],
    count: int,
    seed: int,
    threads: int,
    gpu: int,
    output: str,
) -> None:
    """Write a feature store of altered audio; the audio itself is not stored.

    Args:
        audio: csv with columns `id,file,start,end,duration,rate` and more.
        utterances: csv with columns `id,speaker` and more.
        folds: csv with columns `id,fold`; only who has a fold is predicted, and drawn.
        extractor: module and name of a function as described in `dimser.features.store`.
        settings: of the feature set.
        model: its folder, or "".
        checks: names of the conditions.
        noises: `path` and `snr` of folders of noise, by name.
        count: of utterances that are drawn.
        seed: of all draws.
        threads: number of utterances at the same time.
        gpu: number of GPUs of the job; 0 computes on the CPU.
        output: HDF5 file; ids are `{utterance}@{condition}`.
    """
    tested = read_csv(folds).dropna(subset="fold")["id"]
    table = read_csv(audio).merge(read_csv(utterances)[["id", "speaker"]], on="id")
    table = table[table["id"].isin(tested)].set_index("id", drop=False)
    table = table.loc[stress.sample(table, count, seed)].reset_index(drop=True)
    conditions = {name: with_noises(noises)[name] for name in checks}
    folders = {f"noise_{name}": entry["path"] for name, entry in noises.items()}
    load = stress.Altered(table["id"].tolist(), conditions, folders, seed)
    wanted, more = stress.rows(table, conditions), {"threads": threads, "gpu": gpu, "load": load}
    store.write(function(extractor)(wanted, settings, model=model, **more), output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        stress_features(
            audio=snakemake.input.audio,
            utterances=snakemake.input.utterances,
            folds=snakemake.input.folds,
            **snakemake.params.arguments,
            model="".join(snakemake.input.model),
            threads=snakemake.threads,
            gpu=int(snakemake.resources.get("gpu", 0)),
            output=snakemake.output.store,
        )
