from pool import pool


def test_folds_follow_each_other_and_no_digit_is_lost(tmp_path):
    header = "id,fold,valence,arousal,dominance\n"
    rows = [
        "007,0,0.1,0.30000000000000004,1e-17\n",
        "a,0,0.5,0.25,0.125\n",
        "NA,1,0.3333333333333333,-0.1,1.0\n",
    ]
    (tmp_path / "0.csv").write_text(header + rows[0] + rows[1])
    (tmp_path / "1.csv").write_text(header + rows[2])
    pool(
        folds=[str(tmp_path / "0.csv"), str(tmp_path / "1.csv")],
        output=str(tmp_path / "pooled.csv"),
    )
    assert (tmp_path / "pooled.csv").read_text() == header + "".join(rows)
