# The entry is workflow/Snakefile, where other workflows and the workflow catalogue look for it, too.
# An `include:` would leave its default target out.
workflow.include("workflow/Snakefile", overwrite_default_target=True)
