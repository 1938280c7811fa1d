"""`train/compare.py`: when a challenger takes the champion's place."""

import numpy as np
import pytest

from train.compare import Pair, judge


def pair(total: int, before: int, now: int) -> Pair:
    """`before` of `total` photos exactly right by the champion, `now` by the challenger."""
    return Pair(np.arange(total) < before, np.arange(total) < now)


SAME = pair(100, 90, 90)


def test_better_on_words_and_as_good_on_its_own_photos_is_promoted() -> None:
    """The reason gives both counts."""
    verdict = judge(pair(30, 0, 25), SAME, cross_validated=False)

    assert verdict.promoted
    assert verdict.why == (
        "25 of 30 photos that people spoke of answered exactly right, 0 before; "
        "90 of 100 of its own test photos answered exactly right, 90 before"
    )


@pytest.mark.parametrize("now", [20, 19])
def test_no_better_on_words_is_refused(now: int) -> None:
    """As many right as before are not more."""
    verdict = judge(pair(30, 20, now), SAME, cross_validated=False)

    assert not verdict.promoted
    assert verdict.why.startswith(f"it is no better, {now} of 30")


def test_one_photo_more_is_enough() -> None:
    """The words' side counts photos and asks for no significance."""
    assert judge(pair(30, 20, 21), SAME, cross_validated=False).promoted


def test_a_hundredth_of_its_own_photos_may_be_lost() -> None:
    """1 of 100 may; 2 may not, whatever is won elsewhere."""
    won = pair(30, 0, 30)

    assert judge(won, pair(100, 90, 89), cross_validated=False).promoted
    refused = judge(won, pair(100, 90, 88), cross_validated=False)

    assert not refused.promoted
    assert refused.why.startswith("it forgets what it knew, 88 of 100")
    assert "difference -2.0%, 95 % interval -5.0% to +0.0%" in refused.why


def test_photos_won_and_lost_are_weighed_against_each_other() -> None:
    """Losing three and winning three others is no loss."""
    champion, challenger = np.ones(50, dtype=np.bool_), np.ones(50, dtype=np.bool_)
    champion[:3] = challenger[3:6] = False

    assert judge(pair(5, 0, 5), Pair(champion, challenger), cross_validated=False).promoted


def test_without_a_new_photo_nothing_can_be_judged() -> None:
    """Words on remembered photos alone promote nothing."""
    verdict = judge(pair(0, 0, 0), SAME, cross_validated=True)

    assert not verdict.promoted
    assert verdict.why == "there is no new photo with people's words to judge it by"


def test_a_model_without_test_photos_is_judged_by_words_alone() -> None:
    """Nothing is said of own photos then."""
    verdict = judge(pair(4, 1, 3), pair(0, 0, 0), cross_validated=True)

    assert verdict.promoted
    assert verdict.why == (
        "3 of 4 photos that people spoke of answered exactly right, 1 before "
        "(cross-validated: fewer than 20 are kept aside), too few to tell for sure"
    )


@pytest.mark.parametrize(
    ("words", "is_enough"),
    [
        (pair(4, 0, 4), False),  # all of four: one in sixteen by chance
        (pair(5, 0, 5), True),
        (pair(30, 20, 24), False),
        (pair(30, 20, 25), True),
        (pair(30, 20, 20), True),  # nothing differs: it is no better, for sure enough
        (pair(3, 3, 3), False),
        (pair(30, 20, 18), False),
    ],
)
def test_too_few_photos_to_tell_are_told(words: Pair, is_enough: bool) -> None:
    """Where what was won or lost could be chance as well (a sign test at 5 %), the reason says so;
    the gate itself counts photos."""
    verdict = judge(words, SAME, cross_validated=False)

    assert ("too few to tell for sure" not in verdict.why) == is_enough
