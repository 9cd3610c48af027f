"""Gather tables, figures, captions and provenance in one HTML file, by Snakemake's own report."""

import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

from dimser.files import replacing
from dimser.job import logged


def report(*, snakefile: str, config: dict, output: str) -> None:
    """Write the report of what has been computed.

    Args:
        snakefile: the workflow.
        config: its configuration as it is in force.
        output: HTML file, self-contained.
    """
    with tempfile.TemporaryDirectory() as folder, replacing(output) as aside:
        configfile = Path(folder) / "config.yaml"
        configfile.write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
        # The run that this job belongs to holds the lock; a report only reads.
        command = ["--nolock", "--snakefile", snakefile, "--configfile", str(configfile)]
        targets = ["scores", "tables", "figures"]
        subprocess.run(
            [sys.executable, "-m", "snakemake", *targets, *command, "--report", str(aside)],
            check=True,
        )


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        report(
            snakefile=snakemake.params.snakefile,
            config=snakemake.params.config,
            output=snakemake.output.html,
        )
