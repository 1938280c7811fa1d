"""How a training is told."""

from bot.conversation import texts

METRICS = {"exact": 0.977, "none_recall": 1.0, "map": None, "by_class": {"grizzly": {}}}


def test_a_promotion_is_told_with_its_figures() -> None:
    """What answers now, why, and how good it is on photos that it never trained on."""
    assert texts.retrain_done("bears", "1", True, "more photos right", METRICS) == (
        "Version 1 of bears answers from now on: more photos right.\n"
        "On photos that it never trained on:\n"
        "· 98% of the photos that show a class are answered exactly right\n"
        "· 99% of the others are answered none of my classes"
    )


def test_a_refusal_says_how_to_overrule_it() -> None:
    """An admin may know better than the gate."""
    told = texts.retrain_done("bears", "1", False, "no photo is answered better.", {})

    assert told == (
        "Version 1 of bears is kept, but the former one goes on answering: no photo is answered "
        "better.\n/promote bears 1 overrules this."
    )


def test_progress_is_told_by_step() -> None:
    """A step has a sentence; one that is new is called by its name."""
    assert texts.retrain_progress("embed", 120, 400) == "Training: looking at photos, 120 of 400 …"
    assert texts.retrain_progress("fit", 1, 1) == "Training: learning …"
    assert texts.retrain_progress("polish", 0, 1) == "Training: polish …"
