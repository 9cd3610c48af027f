"""Fetch a model from the Hugging Face hub."""

import hashlib
import re
import shutil
from pathlib import Path

from huggingface_hub import HfApi, constants, hf_hub_download

from dimser.core.errors import InputError
from dimser.core.job import logged

CONFIGURATION = ["config.json", "preprocessor_config.json", "processor_config.json"]
SAFE = re.compile(r"model(-\d+-of-\d+)?\.safetensors|model\.safetensors\.index\.json")
PICKLED = re.compile(r"pytorch_model(-\d+-of-\d+)?\.bin|pytorch_model\.bin\.index\.json")
# Otherwise the client contacts the public hub even where another is set, and reports its versions.
constants.HF_HUB_DISABLE_TELEMETRY = True


def fetch_model(*, model: str, revision: str, output: str, endpoint: str | None = None) -> None:
    """Fetch configuration and weights (safetensors if there are any), and no code.

    Partial downloads are kept beside `output`, and resumed. The commit is written to the file
    `commit`.

    Args:
        model: hub id.
        revision: branch, tag or commit.
        output: folder, which appears once it is complete.
        endpoint: address of the hub; if left out, the environment's `HF_ENDPOINT` or the public
            hub.

    Raises:
        InputError: if the hub or the model cannot be reached, or a checksum is wrong.
    """
    aside = Path(output).with_name(f".{Path(output).name}.part")
    try:
        info = HfApi(endpoint).model_info(model, revision=revision, files_metadata=True)
        files = {file.rfilename: file for file in info.siblings}
        weights = list(filter(SAFE.fullmatch, files)) or list(filter(PICKLED.fullmatch, files))
        wanted = [name for name in files if name in (*CONFIGURATION, *weights)]
        for name in wanted:
            hf_hub_download(model, name, revision=info.sha, local_dir=aside, endpoint=endpoint)
    except Exception as error:  # from the hub's client, its HTTP library, or the disk
        raise InputError(
            f"The model {model!r} (revision {revision!r}) cannot be fetched: {error} Run again "
            "with network access, or download it elsewhere, and put "
            f"config.json, {' or '.join(CONFIGURATION[1:])} and the weights in the folder {output}."
        ) from error
    sums = {name: files[name].lfs.sha256 for name in wanted if files[name].lfs}
    damaged = [name for name, sha256 in sums.items() if _sha256(aside / name) != sha256]
    for name in damaged:
        (aside / name).unlink()
    if damaged:
        raise InputError(
            f"{model}: the checksum of {', '.join(damaged)} is wrong. It was deleted; run again."
        )
    (aside / "commit").write_text(info.sha)
    shutil.rmtree(aside / ".cache", ignore_errors=True)
    aside.replace(output)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        fetch_model(
            model=snakemake.params.model,
            revision=snakemake.params.revision,
            output=snakemake.output.model,
        )
