"""The figures of a version in words, for a terminal; the report takes its words from here."""

from train.evaluate import Metrics

WORDS = {
    "exact": "photos of a class answered exactly right",
    "asked": "asked about, nothing wrong named",
    "false_none": "answered none of my classes, wrongly",
    "wrong": "a wrong class named, or one left out",
    "none_recall": "photos of no class answered none of my classes",
    "twin_accuracy": "the single-label twin right (photos of one class)",
    "map": "mean average precision",
    "micro_f1": "F1 over all labels",
    "macro_f1": "F1, mean over classes",
    "map_voc2007": "mean average precision, VOC2007's eleven points",
    "map_voc2010": "mean average precision, VOC's area since 2010",
    "exact_match": "photos whose labels are all right",
    "hamming": "labels that are wrong (Hamming loss)",
    "auroc": "known photos told from those of no class (AUROC)",
    "fpr95": "no class: passed where 95 % of known photos pass",
    "ece": "calibration error, mean over classes",
    "ece_before": "the same before calibration",
}


def summary(title: str, metrics: Metrics) -> str:
    """The same for a terminal."""
    lines = [
        f"{title}: {metrics.photos} held-out photos, {metrics.known_photos} show a class, "
        f"{metrics.none_photos} show none"
    ]
    for name, words in WORDS.items():
        value: float | None = getattr(metrics, name)
        if value is not None:
            low, high = metrics.interval.get(name, (None, None))
            between = "" if low is None else f"  [{low:.3f}, {high:.3f}]"
            lines.append(f"  {words:<52} {value:.3f}{between}")
    lines += [
        f"  {name:<20} {each.photos:>5} photos  precision {each.precision:.3f}  "
        f"recall {each.recall:.3f}  F1 {each.f1:.3f}  AP {each.ap:.3f}"
        for name, each in metrics.by_class.items()
        if each.photos
    ]
    return "\n".join(lines)
