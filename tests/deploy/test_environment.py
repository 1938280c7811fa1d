"""The set-up of the two environments, with a pip that installs nothing."""

import ast
import os
import shutil
import signal
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from deploy import environment
from tests.deploy.checkout import PROJECT, Checkout, package, wait_until

STEPS = [
    "installing the bot's packages (1 of 4)",
    "installing torch (2 of 4)",
    "installing training and test tools (3 of 4)",
    "installing nonesuch (4 of 4)",
]


def test_each_step_is_told_and_ready_comes_last(checkout: Checkout) -> None:
    """While pip works `.progress` names the step; `.ready` is there only when all is done."""
    status, said = checkout.set_up("train")

    env = checkout.root / ".venv-train"
    assert status == 0
    assert [line.split(" | ")[0] for line in checkout.pip_log] == STEPS
    assert all("| ready: no |" in line for line in checkout.pip_log)
    assert all(step in said for step in STEPS)
    assert (env / ".ready").exists()
    assert not (env / ".progress").exists()


def test_what_is_ready_is_left_alone(checkout: Checkout) -> None:
    """A second set-up does nothing and says nothing."""
    checkout.set_up("bot")
    before = checkout.pip_log

    assert checkout.set_up("bot") == (0, "")
    assert checkout.pip_log == before


@pytest.mark.parametrize("changed", ["requirements-bot.txt", "pyproject.toml"])
@pytest.mark.parametrize("name", ["bot", "train"])
def test_a_changed_lock_file_installs_again(checkout: Checkout, name: str, changed: str) -> None:
    """A new pin or a new dependency is installed by the next set-up."""
    checkout.set_up(name)
    first = len(checkout.pip_log)
    with (checkout.root / changed).open("a") as file:
        file.write("# changed\n")

    assert checkout.set_up(name)[0] == 0
    assert len(checkout.pip_log) == 2 * first
    assert all("| ready: no |" in line for line in checkout.pip_log)


def test_a_moved_checkout_is_set_up_again(checkout: Checkout, tmp_path: Path) -> None:
    """The editable install names the folder, so another folder is another environment."""
    checkout.set_up("bot")
    checkout.root = checkout.root.rename(tmp_path / "moved")
    first = len(checkout.pip_log)

    assert checkout.set_up("bot")[0] == 0
    assert len(checkout.pip_log) == 2 * first


def test_pip_is_told_what_the_person_wants(checkout: Checkout) -> None:
    """PIP_ARGS reaches every call of pip, quoted as for a shell."""
    checkout.set_up("train", PIP_ARGS="--extra-index-url 'https://example.org/c p u'")

    assert all("--extra-index-url https://example.org/c p u" in line for line in checkout.pip_log)


def test_a_failing_pip_leaves_no_ready_environment(checkout: Checkout) -> None:
    """The first step that fails ends the set-up with a sentence; the next set-up resumes it."""
    fail = checkout.root / "fail"
    fail.touch()
    status, said = checkout.set_up("train")

    assert status == 1
    assert "Set-up failed" in said
    assert len(checkout.pip_log) == 1
    assert not (checkout.root / ".venv-train/.ready").exists()
    assert not (checkout.root / ".venv-train/.progress").exists()

    fail.unlink()
    assert checkout.set_up("train")[0] == 0


def test_two_set_ups_never_run_at_once(checkout: Checkout) -> None:
    """The second says that it waits, and finds the work done."""
    hold = checkout.root / "hold"
    hold.touch()
    first = checkout.start("deploy/environment.py", "train")
    wait_until(lambda: checkout.pip_log)

    second = checkout.start("deploy/environment.py", "train")
    assert second.stdout is not None
    assert "waiting" in second.stdout.readline()
    hold.unlink()

    assert second.communicate(timeout=60)[0] == ""
    first.communicate(timeout=60)
    assert (first.returncode, second.returncode) == (0, 0)
    assert len(checkout.pip_log) == len(STEPS)


def test_a_killed_set_up_keeps_others_out_while_its_pip_lives(checkout: Checkout) -> None:
    """kill -9 of the set-up alone orphans pip; the next set-up waits for it."""
    hold = checkout.root / "hold"
    hold.touch()
    first = checkout.start("deploy/environment.py", "train")
    wait_until(lambda: checkout.pip_log)
    first.kill()

    second = checkout.start("deploy/environment.py", "train")
    assert second.stdout is not None
    assert "waiting" in second.stdout.readline()
    assert len(checkout.pip_log) == 1
    hold.unlink()

    second.communicate(timeout=60)
    first.communicate(timeout=60)
    assert second.returncode == 0
    assert len(checkout.pip_log) == 1 + len(STEPS)


@pytest.mark.parametrize("how", ["end of input", "SIGTERM"])
def test_a_stopped_set_up_takes_pip_with_it_and_is_resumed(checkout: Checkout, how: str) -> None:
    """Whoever started it is gone, or stops it: pip stops too, and the next set-up goes on."""
    hold = checkout.root / "hold"
    hold.touch()
    process = checkout.start("deploy/environment.py", "train", "--until-eof")
    wait_until(lambda: checkout.pip_log)

    if how == "SIGTERM":
        process.terminate()
        process.wait(60)
    process.communicate(timeout=60)  # closes its input, and returns when pip has let go too

    assert process.returncode != 0
    assert not (checkout.root / ".venv-train/.ready").exists()
    assert not (checkout.root / ".venv-train/.progress").exists()
    hold.unlink()
    assert checkout.set_up("train")[0] == 0


def test_ctrl_c_stops_with_a_sentence(checkout: Checkout) -> None:
    """A person who presses Ctrl-C reads that the work is not lost, and no traceback."""
    (checkout.root / "hold").touch()
    process = checkout.start("deploy/environment.py", "bot")
    wait_until(lambda: checkout.pip_log)

    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=60)

    assert process.returncode == 130
    assert "goes on from here" in said
    assert "Traceback" not in said


def test_a_half_installed_package_is_not_taken_for_installed(checkout: Checkout) -> None:
    """pip writes RECORD last: what has none is forgotten before pip is asked again."""
    half = package(checkout.root / ".venv-train", "torch", whole=False)
    whole = package(checkout.root / ".venv-train", "numpy", whole=True)

    checkout.set_up("train")

    assert not half.exists()
    assert whole.exists()


def test_an_environment_of_another_python_is_made_anew(tmp_path: Path) -> None:
    """After an upgrade of Python nothing of the old environment is kept."""
    env = tmp_path / ".venv"
    old = env / "lib/python3.10/site-packages/pip-1.0.dist-info"
    old.mkdir(parents=True)
    (old / "RECORD").touch()

    environment.make_venv(env)

    assert any(environment.whole_packages(env, "pip"))
    assert not old.exists()


def test_a_full_disk_is_told_before_anything_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence says how much is needed and how much is free."""
    monkeypatch.setattr(environment, "whole_packages", lambda *_: iter(()))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1_500_000_000))

    sentence = environment.shortage("train")

    assert sentence is not None
    assert f"about {environment.TRAIN_GB} GB" in sentence
    assert "1.5 GB free" in sentence


def test_a_resumed_set_up_needs_no_room_for_torch_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once torch is in place the rest fits anywhere."""
    monkeypatch.setattr(environment, "whole_packages", lambda *_: iter([Path("torch")]))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=0))

    assert environment.shortage("train") is None


def test_an_old_python_gets_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python 3.10 and older are told what is needed and how to name another."""
    monkeypatch.setattr(sys, "version_info", (3, 10, 1))

    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer, this is 3\.10"):
        environment.require_python()


@pytest.mark.parametrize("script", ["environment.py", "run.py"])
def test_an_old_python_can_read_the_scripts(script: str) -> None:
    """A sentence instead of a SyntaxError: the scripts are Python 3.7's language."""
    ast.parse((PROJECT / "deploy" / script).read_text(), feature_version=(3, 7))


def test_a_python_without_venv_gets_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Debian's Python lacks ensurepip: the package to install is named."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name != "ensurepip" or None)

    with pytest.raises(SystemExit, match="apt install python3-venv"):
        environment.require_python()
