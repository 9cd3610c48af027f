"""The library behind dimser's rules: each module holds one step's logic, free of Snakemake."""
