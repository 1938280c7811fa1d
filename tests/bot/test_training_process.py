"""The boundary between bot and training: a command line, JSON lines, an exit status."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot import training_process
from bot.settings import Settings
from bot.store.engine import Store
from bot.training_process import (
    DEFAULT_PYTHON,
    Cancelled,
    Done,
    Failed,
    Progress,
    TrainingProcess,
    by_hand,
    can_train,
    setting_up,
)
from model.errors import BadData
from tests.bot.trainer import (
    WAIT_FOR_EVER,
    done,
    gone,
    progress,
    says,
    set_up_under_way,
    stand_in,
)


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """Where the interpreter that trains is."""
    return tmp_path / "environment/bin/python"


async def start(python: Path, *lines: str) -> TrainingProcess:
    """A training that runs `lines`."""
    settings = Settings(train_python=stand_in(python, *lines))
    settings.home.mkdir(exist_ok=True)
    return await TrainingProcess.start(settings, "bears", who="ann")


async def said(process: TrainingProcess) -> list[tuple[str, int]]:
    """All progress, until it ends."""
    return [(each.step, each.done) async for each in process.progress()]


async def first(process: TrainingProcess) -> Progress:
    return await anext(process.progress())


async def test_progress_and_end(python: Path) -> None:
    """What is said on the way, then the version, its figures, and what was left out."""
    problems = ["somebody contradicts somebody"]
    process = await start(python, progress("embed", 120, 400), done(problems=problems))

    assert await said(process) == [("embed", 120)]
    end = await process.end()
    assert isinstance(end, Done)
    assert (end.version, end.promoted, end.problems) == ("1", True, problems)
    assert end.metrics["exact"] == 0.9


async def test_a_failure_says_why(python: Path) -> None:
    """In the words of the training."""
    process = await start(python, says("failed", error="There is nothing to learn."), "exit 1")

    assert await process.end() == Failed(error="There is nothing to learn.")


@pytest.mark.parametrize(
    "noise",
    [
        pytest.param("echo Segmentation fault", id="words"),
        pytest.param("echo '7'", id="a number"),
        pytest.param("echo '[1, 2]'", id="a list"),
        pytest.param("""echo '{"event": "progress"}'""", id="nothing but the event"),
        pytest.param("""echo '{"event": "lunch"}'""", id="an unknown event"),
        pytest.param(progress("fit").replace("0", '"many"'), id="words for a number"),
        pytest.param(r"printf '\377\376\n'", id="no text"),
        pytest.param("head -c 3000000 /dev/zero | tr '\\0' x; echo", id="a line without end"),
    ],
)
async def test_noise_is_passed_over(python: Path, noise: str) -> None:
    """Whatever else is written to stdout, what is said before and after it counts."""
    process = await start(python, progress("embed"), noise, progress("fit"), done())

    assert await said(process) == [("embed", 0), ("fit", 0)]
    assert isinstance(await process.end(), Done)


@pytest.mark.parametrize(
    ("end", "how"), [("exit 3", "with exit status 3"), ("kill -9 $$", "by signal 9")]
)
async def test_a_death_without_a_word(python: Path, end: str, how: str) -> None:
    """It failed, and where to look."""
    process = await start(python, progress("fit"), end)

    failed = await process.end()
    assert isinstance(failed, Failed)
    assert how in failed.error
    assert "training.log" in failed.error


async def test_what_it_says_to_people_is_kept(python: Path) -> None:
    """On stderr, in a file of the home."""
    process = await start(python, "echo loss 0.25 >&2")
    await process.end()

    assert (Settings().home / "training.log").read_text() == "loss 0.25\n"


async def test_stopped_by_sigterm(python: Path, tmp_path: Path) -> None:
    """It gets the chance to clean up, with all that it started."""
    trap = f"trap 'touch {tmp_path}/cleaned; exit 130' TERM"
    process = await start(python, trap, progress("fit"), WAIT_FOR_EVER)
    await first(process)
    await process.stop()

    assert await process.end() == Cancelled()
    assert (tmp_path / "cleaned").exists()


async def test_killed_when_it_will_not_stop(
    python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A training that ignores SIGTERM ends all the same, and no child of it is left."""
    monkeypatch.setattr(training_process, "STOP_S", 0.1)
    pid = tmp_path / "pid"
    deaf = ["trap '' TERM", f"sleep 1000 & echo $! > {pid}", progress("fit"), "wait"]
    process = await start(python, *deaf)
    await first(process)
    await process.stop()

    assert await process.end() == Cancelled()
    await gone(int(pid.read_text()))


async def test_a_child_that_is_left_behind(python: Path, tmp_path: Path) -> None:
    """One that keeps the pipe open keeps nobody waiting once the training is stopped."""
    pid = tmp_path / "pid"
    process = await start(python, f"sleep 1000 & echo $! > {pid}", progress("fit"))
    await first(process)
    await process.stop()

    assert await process.end() == Cancelled()
    await gone(int(pid.read_text()))


async def test_what_was_done_before_the_stop_counts(python: Path) -> None:
    """A version that was promoted in the last moment is no cancelled one."""
    promotes = f"promotes() {{ {done()}; exit 0; }}; trap promotes TERM"
    process = await start(python, promotes, progress("fit"), WAIT_FOR_EVER)
    await first(process)
    await process.stop()

    assert isinstance(await process.end(), Done)


async def test_an_interpreter_that_does_not_run(python: Path) -> None:
    """It can't be started, in a sentence."""
    settings = Settings(train_python=stand_in(python))
    python.write_text("#!/no/such/interpreter\n")
    settings.home.mkdir()

    with pytest.raises(BadData, match="can't be started"):
        await TrainingProcess.start(settings, "bears", who="ann")


async def test_training_gets_no_token(python: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The home is all that it is told of the settings; the rest of the environment stays."""
    monkeypatch.setenv("NONESUCH_TELEGRAM_TOKEN", "12:secret")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    process = await start(python, "env >&2")
    await process.end()

    told = (Settings().home / "training.log").read_text()
    assert f"NONESUCH_HOME={Settings().home}\n" in told
    assert "OMP_NUM_THREADS=1\n" in told
    assert "secret" not in told


async def test_what_to_type_elsewhere_is_right(store: Store, settings: Settings) -> None:
    """The command that people are told trains on this bot's feedback: of which there is none."""
    here = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    typed = subprocess.run(
        ["/bin/sh", "-c", by_hand(settings, "bears")],
        cwd=training_process.PROJECT,
        env={"PATH": here, "HOME": str(settings.home)},
        capture_output=True,
        text=True,
    )

    assert typed.returncode == 1
    assert "nothing to learn for bears" in typed.stderr


def test_a_set_up_under_way_is_seen(python: Path) -> None:
    """What `deploy/environment.py` writes beside the interpreter."""
    assert setting_up(python) is None

    with set_up_under_way(python, "installing torch (2 of 4)"):
        assert setting_up(python) == "installing torch (2 of 4)"


def test_a_set_up_that_was_killed_is_not_waited_for(python: Path) -> None:
    """It could not take its word back; the system has taken its lock."""
    with set_up_under_way(python, "installing torch (2 of 4)") as doing:
        pass

    assert doing.exists()
    assert setting_up(python) is None


def test_what_can_train(python: Path) -> None:
    """A program that may be run; not a folder, nor what is not there."""
    assert not can_train(python)
    assert not can_train(python.parent.parent)
    assert can_train(stand_in(python))


def test_the_projects_own_environment_must_be_ready(
    python: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of it is there long before it can train: `.ready` is written last."""
    stand_in(python)
    monkeypatch.setattr(training_process, "DEFAULT_PYTHON", python)
    assert not can_train(python)

    (python.parent.parent / ".ready").touch()
    assert can_train(python)


def test_the_default_is_the_projects_own() -> None:
    """Also when it is written down as deploy/env.example has it, from the project's folder."""
    assert Settings().train_python == DEFAULT_PYTHON
    relative = os.path.relpath(DEFAULT_PYTHON)
    assert Settings(train_python=Path(relative)).train_python == DEFAULT_PYTHON
