# The entry is workflow/Snakefile, where other workflows and the workflow catalogue look for it.
# An `include:` would omit its default target.
workflow.include("workflow/Snakefile", overwrite_default_target=True)
