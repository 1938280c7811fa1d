"""What `make run` does around the bot, with a stand-in for the bot."""

import os
import signal
import subprocess

import psutil
import pytest

from tests.deploy.checkout import Checkout, wait_until


def start(checkout: Checkout, train: str = "yes") -> subprocess.Popen[str]:
    """`make run` up to where the bot has taken over."""
    process = checkout.start("deploy/run.py", TRAIN=train)
    assert process.stdout is not None
    for line in process.stdout:
        if "the bot: -m bot run" in line:
            return process
    raise AssertionError("the bot was not started")


def training_steps(checkout: Checkout) -> list[str]:
    return [line for line in checkout.pip_log if "of 4)" in line]


def test_training_is_set_up_while_the_bot_runs(checkout: Checkout) -> None:
    """The bot doesn't wait for it; the log is where the sentence says."""
    process = start(checkout)

    wait_until((checkout.root / ".venv-train/.ready").exists)
    assert process.poll() is None
    process.terminate()
    assert process.wait(60) == 0
    process.communicate()
    assert "installing torch" in (checkout.root / "var/setup-train.log").read_text()


def test_the_background_is_polite(checkout: Checkout) -> None:
    """It runs in a process group of its own, so Ctrl-C misses it, with the lowest priority."""
    checkout.set_up("bot")
    (checkout.root / "hold").touch()
    process = start(checkout)
    wait_until(lambda: training_steps(checkout))

    background = children_of(process.pid)

    assert len(background) == 1
    assert os.getpgid(background[0]) != os.getpgid(process.pid)
    assert os.getpriority(os.PRIO_PROCESS, background[0]) == 19
    process.kill()
    process.communicate()


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_the_background_ends_with_the_bot(checkout: Checkout, end: signal.Signals) -> None:
    """However the bot ends, the set-up stops with it; the next start resumes it."""
    checkout.set_up("bot")
    hold = checkout.root / "hold"
    hold.touch()
    process = start(checkout)
    wait_until(lambda: training_steps(checkout))
    (background,) = children_of(process.pid)

    process.send_signal(end)
    process.communicate()

    wait_until(lambda: not is_alive(background))
    assert process.returncode == (-end if end == signal.SIGKILL else 0)
    assert not (checkout.root / ".venv-train/.ready").exists()
    hold.unlink()
    again = start(checkout)
    wait_until((checkout.root / ".venv-train/.ready").exists)
    again.terminate()
    again.communicate()


def test_train_no_starts_the_bot_alone(checkout: Checkout) -> None:
    """TRAIN=no: no background, not a word about it."""
    process = start(checkout, train="no")

    assert children_of(process.pid) == []
    process.terminate()
    process.communicate()
    assert training_steps(checkout) == []
    assert not (checkout.root / "var").exists()


def test_ready_environments_start_the_bot_at_once(checkout: Checkout) -> None:
    """The second start asks pip nothing and has nothing to say but the bot's own words."""
    checkout.set_up("bot")
    checkout.set_up("train")
    before = checkout.pip_log

    process = start(checkout)

    assert children_of(process.pid) == []
    process.terminate()
    process.communicate()
    assert checkout.pip_log == before


def children_of(pid: int) -> list[int]:
    """The set-ups that a process has started."""
    children = psutil.Process(pid).children()
    return [child.pid for child in children if "environment.py" in " ".join(child.cmdline())]


def is_alive(pid: int) -> bool:
    """Whether it still runs; a zombie does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
