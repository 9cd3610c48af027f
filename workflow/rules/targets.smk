# Parts of the whole, to be called by name: `snakemake --cores all scores`.


rule fetch_models:
    input:
        [model_folder(features) for features in extracted_by("transformers")],


rule prepared:
    input:
        every("results/{corpus}/folds.csv"),


rule features:
    input:
        [
            f"results/{corpus}/features/{stored_in(features)}.h5"
            for corpus in CORPORA
            for features in feature_sets(corpus)
        ],


rule scores:
    input:
        every("results/{corpus}/scores.csv"),
        every("results/{corpus}/comparisons.csv"),
        every("results/{corpus}/breakdown.csv"),
        every("results/{corpus}/complementarity.csv"),


rule tables:
    input:
        collect("results/tables/{table}.{type}", table=["table1", "table2"], type=TYPES),
        every("results/{corpus}/annotation.csv"),
        every("results/{corpus}/featurewise/{features}/null.csv"),
        rules.featurewise_across.output,
        rules.audit.output,


rule figures:
    input:
        "results/figures/label_distribution.png",
        every("results/figures/featurewise_ccc_{corpus}.png"),
        "results/figures/rater_agreement.png",
        every("results/figures/ccc_by_method_{corpus}.png"),
        every("results/figures/ccc_decomposition_{corpus}.png"),
        [f"results/figures/layer_profile_{corpus}.png" for corpus in CORPORA if layers(corpus)],
        every("results/figures/comparison_matrix_{corpus}.png"),
        every("results/figures/complementarity_figure_{corpus}.png"),
