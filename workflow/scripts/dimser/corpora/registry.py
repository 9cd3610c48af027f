"""Corpora: what is said of each in the configuration, and the readers that know their formats."""

from dataclasses import dataclass
from pathlib import Path

from dimser.core.dimensions import DIMENSIONS
from dimser.core.methods import PATTERN
from dimser.core.settings import PATH, REQUIRED, TEXT, Credit, Setting, many, one_of, whole
from dimser.corpora.files import find


@dataclass(frozen=True)
class Reader:
    """A format in which corpora come.

    Attributes:
        text: what it reads, for config/README.md.
        files: patterns, in lower case, of the files that its labels stand in, below the corpus's
            root; an edit of one of them reads the corpus again.
        settings: keys of a corpus that it takes beside those that all corpora have.
        credit: whom to cite, and the licence.
    """

    text: str
    files: tuple[str, ...] = ()
    settings: tuple[Setting, ...] = ()
    credit: Credit | None = None


MANIFEST = Setting(
    "manifest", PATH, "for `reader: manifest`: the table, relative to `root`",
    example="labels/all.csv", default="manifest.csv",
)  # fmt: skip
VALUE = {"anyOf": [{"type": "string"}, {"type": "number"}]}
WHERE = Setting(
    "where",
    {
        "type": "object", "minProperties": 1,
        "additionalProperties": {"anyOf": [VALUE, many(VALUE)]},
    },
    "for `reader: manifest`: use only the rows whose column has this value, or one of these; of "
    "several columns, all have to",
    example={"language": "de"}, otherwise="all rows",
)  # fmt: skip
RATINGS = Setting(
    "ratings", TEXT,
    "for `reader: manifest`: names of the columns that hold a rater's values for a dimension. "
    "`{rater}` stands for the rater; between bars are names of the dimensions, or how these begin",
    example="a{rater}_{V|A|D}", otherwise="one row per utterance, or per rating",
)  # fmt: skip
LABELLED = Setting(
    "dimensions", many(one_of(*DIMENSIONS), uniqueItems=True),
    "what the corpus is labelled in. Anything else is not read, predicted or shown",
    example=["valence", "arousal"], default=[*DIMENSIONS],
)  # fmt: skip
VERSION = Setting(
    "version", TEXT, "for `reader: audb`: which version. Give one, so that others get what you got",
    example="1.4.0", otherwise="the latest",
)  # fmt: skip
DALLAS = "from the University of Texas at Dallas, to licensees"
LOS_ANGELES = "from the University of Southern California, to licensees"
AUDB = Credit(
    "audformat and audb", "wierstorf2023audb", "MIT; the database's header has its own licence"
)
# The function `read` of `dimser.corpora.readers.{name}` reads a corpus.
READERS = {
    "manifest": Reader("a CSV table (below)", settings=(MANIFEST, WHERE, RATINGS, LABELLED)),
    "iemocap": Reader(
        "IEMOCAP as its licensees receive it",
        files=tuple(
            f"session[0-9]/dialog/{kind}/*.txt" for kind in ("emoevaluation", "transcriptions")
        ),
        credit=Credit("IEMOCAP", "busso2008iemocap", LOS_ANGELES),
    ),
    "vam": Reader(
        "VAM as its licensees receive it",
        files=("**/*.eva", "**/*.ewe"),
        credit=Credit(
            "VAM", "grimm2008vera",
            "from its owners in Karlsruhe and the University of Southern California, to licensees",
        ),
    ),
    "msp_podcast": Reader(
        "MSP-Podcast as its licensees receive it",
        files=tuple(
            f"{folder}labels{rest}"
            for folder in ("labels/", "")
            for rest in ("_consensus.csv", "_concensus.csv", "_detailed.csv", ".txt")
        ),
        credit=Credit("MSP-Podcast", "lotfian2019building", DALLAS),
    ),
    "msp_improv": Reader(
        "MSP-IMPROV as its licensees receive it",
        files=("**/evalution.txt", "**/evaluation.txt"),
        settings=(LABELLED,),
        credit=Credit("MSP-IMPROV", "busso2017mspimprov", DALLAS),
    ),
    "quechua_collao": Reader(
        "Quechua-Collao, which anyone may download",
        files=tuple(
            f"**/{name}"
            for name in ("labels.csv", "valence.csv", "arousal.csv", "dominance.csv", "data.xlsx")
        ),
        settings=(LABELLED,),
        credit=Credit("Quechua-Collao", "paccotacya2022speech", "CC BY 4.0"),
    ),
    "audformat": Reader(
        "a database in that format", files=("db.*",), settings=(LABELLED,), credit=AUDB
    ),
    "audb": Reader(
        "a database in a repository of audb's", settings=(VERSION, LABELLED), credit=AUDB
    ),
}  # fmt: skip
METHODS = many({"type": "string", "pattern": PATTERN}, uniqueItems=True)
PARTS = many(TEXT, uniqueItems=True)
SETTINGS = (
    Setting("label", TEXT, "name for people", example="My corpus", default=REQUIRED),
    Setting(
        "reader", one_of(*READERS),
        "; ".join(f"`{name}`: {reader.text}" for name, reader in READERS.items()),
        example="manifest", default=REQUIRED,
    ),
    Setting(
        "root", PATH, "folder of the corpus; for `reader: audb` the database's name",
        example="/where/it/lies", default=REQUIRED,
    ),
    *(setting for reader in READERS.values() for setting in reader.settings),
    Setting(
        "known_as", TEXT,
        "the published corpus that this is, where neither its id, its label nor its reader is that "
        "name: methods whose model was trained on it are marked",
        example="MSP-Podcast", otherwise="only these names",
    ),
    Setting("language", {"type": "string"}, "for rows that name none", example="de", default=""),
    Setting(
        "scale", {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
        "lowest and highest value of labels and ratings; mapped to `[0, 1]`. Where the corpus "
        "itself states another, the run stops",
        example=[1, 5], default=REQUIRED,
    ),
    Setting(
        "out_of_scale", one_of("error", "clip", "drop"),
        "labels or ratings outside `scale`: stop and name all; `clip`: bring them to its end; "
        "`drop`: leave such an utterance out, and count such a rating as missing. Both are "
        "reported",
        example="clip", default="error",
    ),
    Setting(
        "consensus", one_of("corpus", "mean", "ewe"),
        "`corpus`: the labels that the corpus ships; `mean` or `ewe` (evaluator weighted "
        "estimator): computed from its ratings",
        example="ewe", default="corpus",
    ),
    Setting(
        "folds.by", one_of("speaker", "group"),
        "`speaker` or `group`: what stays whole. A group is a session or whatever else you "
        "put there",
        example="group", default="speaker",
    ),
    Setting(
        "folds.k", whole(2),
        "number of folds. As many as there are groups: leave one group out. Fewer: groups are "
        "spread so that folds are about equal",
        example=10, default=5,
    ),
    Setting(
        "folds.test", PARTS,
        "instead of `k` folds, the parts that a corpus was published in: the values of `by` that "
        "are predicted, by one model. Each is scored and compared by itself, too; other utterances "
        "are not scored",
        example=["Test1", "Test2"], otherwise="none",
    ),
    Setting(
        "folds.train", PARTS, "with `test`: the parts that its folds are predicted from",
        example=["Train"], otherwise="all others",
    ),
    Setting(
        "folds.unknown_speakers", one_of("train", "test"),
        "`test` keeps utterances whose speaker's name begins with `unknown_` out of training: they "
        "may be anybody, including a speaker of the test fold",
        example="test", default="train",
    ),
    Setting(
        "folds.seed", whole(0),
        "a random grouping instead of the balanced one: where a published grouping is not known, "
        "other seeds show how much depends on it",
        example=7, otherwise="none",
    ),
    Setting(
        "folds.seeds", whole(1),
        "number of groupings, where one is chosen by us: the first is the balanced one (or that of "
        "`seed`), the others are random, and lie in `results/{corpus}/groupings/`. Scores are "
        "means over all of them, and intervals count how far they differ",
        example=5, default=1,
    ),
    Setting(
        "methods", METHODS, "this corpus's rows of Table 1",
        example=["cmp", "wlm", "cmp+wlm"], otherwise="the common `methods`",
    ),
)  # fmt: skip
SECTIONS = {"folds": {"default": {}, "dependentRequired": {"train": ["test"]}}}


def function_of(reader: str) -> str:
    """Return module and name of the function that reads a kind of corpus."""
    return f"dimser.corpora.readers.{reader}:read"


def options(corpus: dict) -> dict:
    """Return what a corpus's reader is called with beside its root.

    Args:
        corpus: an entry of the configuration, defaults included.
    """
    reader = READERS[corpus["reader"]]
    keys = [*(setting.key for setting in reader.settings), "language"]
    given = {key: corpus[key] for key in keys if corpus.get(key)}
    return given | ({"files": label_files(corpus)} if reader.files else {})


def label_files(corpus: dict) -> list[Path]:
    """Return the files that a corpus's labels stand in, as far as they are there.

    Args:
        corpus: an entry of the configuration, defaults included.
    """
    if corpus["reader"] == "manifest":
        return [path for path in [Path(corpus["root"], corpus["manifest"])] if path.is_file()]
    return find(corpus["root"], *READERS[corpus["reader"]].files)
