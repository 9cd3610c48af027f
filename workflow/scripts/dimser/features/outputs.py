"""Names of what a model's own head predicts."""

from collections.abc import Collection, Sequence

from dimser.core.dimensions import SPELLINGS

MOST = 4  # tensors that are named


def output_name(id2label: dict[int, str], number: int) -> str:
    """Return the name of an output as this project calls it.

    Example:
        >>> output_name({0: "Activation"}, 0), output_name({0: "Activation"}, 2)
        ('arousal', 'label_2')
    """
    name = str(id2label.get(number, f"label_{number}")).strip().lower()
    return SPELLINGS.get(name, name)


def lacking(
    where: str, outputs: Collection[str], dimensions: Sequence[str], unread: Sequence[str] = ()
) -> list[str]:
    """Say which dimensions a model does not predict, in a sentence; nothing if it predicts them.

    Args:
        where: file that this is known from.
        outputs: names of the head's outputs; none where it has no head.
        dimensions: that are needed.
        unread: names of tensors that are of no known head.
    """
    missing = [name for name in dimensions if name not in outputs]
    unknown = f"its tensors {', '.join(unread[:MOST])} are in no known layout"
    predicted = ", ".join(outputs) or f"nothing ({unknown if unread else 'it has none'})"
    return [
        f"{where}: the head of this model predicts {predicted}; {', '.join(missing)} missing. "
        "Leave its direct prediction out of the configuration, name the outputs in `id2label` of "
        f"its config.json, or choose a model with a head for {', '.join(dimensions)}."
    ] * bool(missing)
