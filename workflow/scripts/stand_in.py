"""Write an untrained stand-in of a published encoder."""

from dimser.core.job import logged
from dimser.demo import stand_ins


def stand_in(*, features: str, seed: int, output: str) -> None:
    """Write the stand-in of a feature set's model.

    Args:
        features: `wv2_lr`, `wv2_em`, `hrt` or `wlm`.
        seed: of the random weights.
        output: folder.
    """
    stand_ins.write(features, seed, output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        stand_in(
            features=snakemake.wildcards.features,
            seed=snakemake.params.seed,
            output=snakemake.output.model,
        )
