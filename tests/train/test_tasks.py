"""`train/tasks.py`: the two losses beside what they are made of, and what a mask keeps out."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from torch import Tensor, nn

from model.head import ABSENT, PRESENT, UNKNOWN
from train.tasks import BALANCE, BALANCE_FEW, multi_label_loss, positive_weight, single_label_loss

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]
Indices = NDArray[np.int64]

ONES = torch.ones(3)


def photos_of(
    least: float, most: float, shape: tuple[int, int] = (4, 3)
) -> st.SearchStrategy[Floats]:
    """Logits of some photos, (N, C)."""
    return arrays(np.float32, shape, elements=st.floats(least, most, width=32))


def states(*rows: tuple[int, ...]) -> Tensor:
    return torch.tensor(rows, dtype=torch.int8)


LOGITS = torch.tensor([[1.5, -2.0], [0.3, 4.0], [-1.0, 0.1]])
LABELS = states((PRESENT, ABSENT), (ABSENT, PRESENT), (PRESENT, ABSENT))


@given(logits=photos_of(-12, 12), present=arrays(np.bool_, (4, 3)))
def test_sigmoid_and_bce_are_the_loss_on_logits(logits: Floats, present: Bools) -> None:
    """`BCEWithLogitsLoss` is the sigmoid followed by `BCELoss`."""
    x, truth = torch.from_numpy(logits), torch.from_numpy(present).float()

    together = nn.BCEWithLogitsLoss(reduction="none")(x, truth)
    apart = nn.BCELoss(reduction="none")(x.sigmoid(), truth)

    # 1 - sigmoid(12) is 6e-6, of which float32 has lost 1 % already: what comes of it is below.
    assert torch.allclose(together, apart, rtol=1e-3, atol=1e-6)


@given(logits=photos_of(-30, 30), classes=arrays(np.int64, 4, elements=st.integers(0, 2)))
def test_softmax_and_nll_are_the_loss_on_logits(logits: Floats, classes: Indices) -> None:
    """`CrossEntropyLoss` is the softmax followed by the negative log likelihood."""
    x, truth = torch.from_numpy(logits), torch.from_numpy(classes)

    together = nn.CrossEntropyLoss(reduction="none")(x, truth)
    apart = nn.functional.nll_loss(x.softmax(dim=1).log(), truth, reduction="none")

    assert torch.allclose(together, apart, rtol=1e-4, atol=1e-5)


@given(logits=photos_of(-30, 30))
def test_log_softmax_and_nll_are_the_same_anywhere(logits: Floats) -> None:
    """What `CrossEntropyLoss` really does: the logarithm before anything can overflow."""
    x, truth = torch.from_numpy(logits * 1000), torch.tensor([0, 1, 2, 0])

    together = nn.CrossEntropyLoss()(x, truth)

    assert torch.equal(together, nn.NLLLoss()(x.log_softmax(dim=1), truth))
    assert together.isfinite()


@pytest.mark.parametrize(
    ("logit", "two_steps"),
    [
        (10.0, 10.0),
        (16.0, 15.94),  # 1 - sigmoid(16) is 1.1e-7, which float32 has in steps of 6e-8
        (17.0, 100.0),  # the sigmoid is 1: log(0), which BCELoss cuts off at -100
        (200.0, 100.0),
    ],
)
def test_a_sigmoid_runs_out_of_digits(logit: float, two_steps: float) -> None:
    """Of an absent class the loss is its logit; by probabilities it breaks down from 17 on."""
    far, absent = torch.tensor([logit]), torch.zeros(1)

    assert nn.BCEWithLogitsLoss()(far, absent).item() == pytest.approx(logit, abs=1e-4)
    assert nn.BCELoss()(far.sigmoid(), absent).item() == pytest.approx(two_steps, abs=0.01)


def test_a_sigmoid_at_its_end_learns_nothing() -> None:
    """Surely wrong, and no gradient says so; on the logit it is 1."""
    logit = torch.tensor([200.0], requires_grad=True)

    (through_sigmoid,) = torch.autograd.grad(nn.BCELoss()(logit.sigmoid(), torch.zeros(1)), logit)
    (on_logit,) = torch.autograd.grad(nn.BCEWithLogitsLoss()(logit, torch.zeros(1)), logit)

    assert (through_sigmoid.item(), on_logit.item()) == (0, 1)


def test_a_softmax_at_its_end_learns_nonsense() -> None:
    """A class 200 behind has probability 0: an infinite loss, whose gradient is no number."""
    logits = torch.tensor([[200.0, 0.0]], requires_grad=True)
    truth = torch.tensor([1])

    loss = nn.NLLLoss()(logits.softmax(dim=1).log(), truth)
    (gradient,) = torch.autograd.grad(loss, logits)
    (on_logits,) = torch.autograd.grad(nn.CrossEntropyLoss()(logits, truth), logits)

    assert loss.isinf()
    assert gradient.isnan().any()
    assert on_logits.tolist() == [[1, -1]]


def test_an_exponential_written_out_overflows() -> None:
    """e^89 is more than float32 holds, so that a softmax by its formula is no number."""
    logits = torch.tensor([89.0, 0.0])

    assert (logits.exp() / logits.exp().sum()).isnan().any()
    assert logits.softmax(dim=0).tolist() == pytest.approx([1, 0])


@given(sign=st.sampled_from([-1, 1]), size=st.floats(17, 1e30))
def test_the_tasks_losses_stand_extreme_logits(sign: int, size: float) -> None:
    """Both stay finite, and so do their gradients."""
    logits = (LOGITS.sign() * sign * size).requires_grad_()

    for loss in (multi_label_loss, single_label_loss):
        value = loss(logits, LABELS, ONES)
        (gradient,) = torch.autograd.grad(value, logits)
        assert value.isfinite()
        assert gradient.isfinite().all()


@given(unknown=arrays(np.bool_, (3, 2)), other=photos_of(-50, 50, shape=(3, 2)))
def test_the_logit_of_an_unknown_label_may_be_anything(unknown: Bools, other: Floats) -> None:
    """The loss is the same whatever the model says of what nobody knows."""
    mask = torch.from_numpy(unknown)
    mask[0] = False  # of one photo something is known
    masked = LABELS.masked_fill(mask, UNKNOWN)

    changed = torch.where(mask, torch.from_numpy(other), LOGITS)

    assert torch.equal(
        multi_label_loss(changed, masked, ONES), multi_label_loss(LOGITS, masked, ONES)
    )


def test_the_multi_label_loss_is_the_mean_over_photos_of_the_sum_over_labels() -> None:
    """Where every class is balanced, it is `BCEWithLogitsLoss`, summed over classes."""
    balanced = states((PRESENT, ABSENT), (ABSENT, PRESENT))

    loss = multi_label_loss(LOGITS[:2], balanced, torch.ones(2))

    plain = nn.BCEWithLogitsLoss(reduction="sum")(LOGITS[:2], (balanced == PRESENT).float()) / 2
    assert torch.allclose(loss, plain)


def test_an_unknown_label_has_no_gradient() -> None:
    """It pulls its logit nowhere, and changes nothing for the others."""
    logits = LOGITS.clone().requires_grad_()

    masked = states((PRESENT, ABSENT), (UNKNOWN, PRESENT), (PRESENT, ABSENT))
    multi_label_loss(logits, masked, ONES).backward()

    assert logits.grad is not None
    assert logits.grad[1, 0] == 0
    assert (logits.grad[masked != UNKNOWN] != 0).all()


def test_a_photo_of_which_nothing_is_known_adds_nothing() -> None:
    """The loss is that of the other photos, not a diluted one."""
    with_it = torch.cat([LABELS, states((UNKNOWN, UNKNOWN))])
    logits = torch.cat([LOGITS, torch.tensor([[9.0, -9.0]])])

    assert torch.equal(
        multi_label_loss(logits, with_it, torch.ones(4)), multi_label_loss(LOGITS, LABELS, ONES)
    )


def test_a_photo_of_weight_two_counts_like_two() -> None:
    """Weights are how often a photo counts."""
    twice = torch.tensor([0, 0, 1, 2])

    for loss in (multi_label_loss, single_label_loss):
        weighed = loss(LOGITS, LABELS, torch.tensor([2.0, 1.0, 1.0]))
        repeated = loss(LOGITS[twice], LABELS[twice], torch.ones(4))
        assert torch.allclose(weighed, repeated)


def test_the_twin_trains_on_photos_of_exactly_one_class() -> None:
    """Photos of none and of two classes pull its logits nowhere."""
    logits = LOGITS.clone().requires_grad_()

    single_label_loss(
        logits, states((PRESENT, ABSENT), (ABSENT, ABSENT), (PRESENT, PRESENT)), ONES
    ).backward()

    assert logits.grad is not None
    assert (logits.grad[0] != 0).all()
    assert (logits.grad[1:] == 0).all()


def test_rare_classes_weigh_more() -> None:
    """Positives weigh (absent / present) ** balance, more so in a class of fewer than 20 photos."""
    truth = torch.zeros(1000, 2)
    truth[:10, 0] = 1
    truth[:100, 1] = 1

    weights = positive_weight(truth, torch.ones(1000))

    assert torch.allclose(weights, torch.tensor([99.0**BALANCE_FEW, 9.0**BALANCE]))
