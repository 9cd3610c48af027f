"""Fetch Quechua-Collao, a freely available corpus, from its public record."""

from pathlib import Path

from dimser.core.download import download, record_files, unpack
from dimser.core.errors import InputError
from dimser.core.job import logged


def fetch_quechua_collao(*, record: str, page: str, archives: str, output: str) -> None:
    """Download all zip archives of a figshare record, check and unpack them.

    Args:
        record: address of the record at figshare's API.
        page: address of its web page.
        archives: folder for the archives; complete ones are not fetched again.
        output: folder of the corpus.

    Raises:
        InputError: if the record cannot be reached, or an archive is damaged.
    """
    try:
        files = [file for file in record_files(record) if file["name"].endswith(".zip")]
    except (OSError, ValueError, KeyError) as error:
        raise InputError(
            f"The record {record} cannot be read ({error}). Without network access, download its "
            f"zip archives from {page} elsewhere, and unpack each into a folder of the same name "
            f"in {output}."
        ) from error
    paths = [Path(archives, Path(file["name"]).name) for file in files]
    for file, path in zip(files, paths, strict=True):
        download(file["url"], path, file["md5"])
    unpack(paths, output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        fetch_quechua_collao(
            record=snakemake.params.record,
            page=snakemake.params.page,
            archives=snakemake.params.archives,
            output=snakemake.output.root,
        )
