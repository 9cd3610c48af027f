# dimser: which acoustic representation carries valence, arousal and dominance, how much, and is
# the difference real? `snakemake --cores all` computes everything that config/config.yaml names.

from snakemake.utils import min_version

min_version("9.20")


include: "workflow/rules/shipped.smk"


# A configuration given by --configfile stands alone: the demo's corpora are not merged into it.
if not workflow.overwrite_configfiles:
    own = Path("config/config.yaml")

    configfile: str(own) if own.exists() else shipped(own)


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/feature_inputs.smk"
include: "workflow/rules/sizes.smk"
include: "workflow/rules/resources.smk"
include: "workflow/rules/demo.smk"
include: "workflow/rules/fetch.smk"
include: "workflow/rules/corpus_inputs.smk"
include: "workflow/rules/corpora.smk"
include: "workflow/rules/features.smk"
include: "workflow/rules/method_inputs.smk"
include: "workflow/rules/regression.smk"
include: "workflow/rules/evaluation.smk"
include: "workflow/rules/shown_inputs.smk"
include: "workflow/rules/featurewise.smk"
include: "workflow/rules/analysis.smk"
include: "workflow/rules/audit.smk"
include: "workflow/rules/method_figures.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/targets.smk"
include: "workflow/rules/report.smk"


rule all:
    default_target: True
    input:
        "results/report.html",


# A plan says what each job asks for; Snakemake leaves that out where a job has a message.
if workflow.output_settings.dryrun:
    for planned in workflow.rules:
        planned.message = None
