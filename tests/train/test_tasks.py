"""`train/tasks.py`: the two losses beside what they are made of, and what a mask keeps out."""

import torch
from torch import Tensor, nn

from model.head import ABSENT, PRESENT, UNKNOWN
from train.tasks import BALANCE, BALANCE_FEW, multi_label_loss, positive_weight, single_label_loss

ONES = torch.ones(3)


def states(*rows: tuple[int, ...]) -> Tensor:
    return torch.tensor(rows, dtype=torch.int8)


LOGITS = torch.tensor([[1.5, -2.0], [0.3, 4.0], [-1.0, 0.1]])
LABELS = states((PRESENT, ABSENT), (ABSENT, PRESENT), (PRESENT, ABSENT))


def test_sigmoid_and_bce_are_the_loss_on_logits() -> None:
    """`BCEWithLogitsLoss` is the sigmoid followed by `BCELoss`."""
    truth = (LABELS == PRESENT).float()

    together = nn.BCEWithLogitsLoss()(LOGITS, truth)
    apart = nn.BCELoss()(LOGITS.sigmoid(), truth)

    assert torch.allclose(together, apart)


def test_softmax_and_nll_are_the_loss_on_logits() -> None:
    """`CrossEntropyLoss` is the softmax followed by the negative log likelihood."""
    truth = (LABELS == PRESENT).int().argmax(dim=1)

    together = nn.CrossEntropyLoss()(LOGITS, truth)
    apart = nn.NLLLoss()(LOGITS.softmax(dim=1).log(), truth)

    assert torch.allclose(together, apart)


def test_probabilities_lose_what_logits_keep() -> None:
    """At a logit of 200 the two-step losses are capped or infinite; those on logits say 200."""
    far = torch.tensor([[200.0, 0.0]])

    bce = nn.BCELoss()(far.sigmoid(), torch.tensor([[0.0, 0.0]]))
    nll = nn.NLLLoss()(far.softmax(dim=1).log(), torch.tensor([1]))

    assert bce.item() < 100  # torch cuts the logarithm off at -100
    assert torch.isinf(nll)
    assert nn.BCEWithLogitsLoss(reduction="sum")(far[:, :1], torch.zeros(1, 1)).item() == 200
    assert nn.CrossEntropyLoss()(far, torch.tensor([1])).item() == 200
    assert multi_label_loss(far, states((ABSENT, ABSENT)), torch.ones(1)).isfinite()


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

    weights = positive_weight(truth, torch.ones(1000, 2))

    assert torch.allclose(weights, torch.tensor([99.0**BALANCE_FEW, 9.0**BALANCE]))
