"""Plays the story step by step, tells what happens and whether it came out as it should."""

import time
from collections.abc import Callable

from connector.core.errors import ConnectorError
from connector.demo import beginning, doing, ending, planning
from connector.demo.expectations import until
from connector.demo.scene import Scene, Step
from connector.demo.stage import Stage, tail
from connector.demo.wording import Both

STEPS: tuple[Step, ...] = (*beginning.STEPS, *planning.STEPS, *doing.STEPS, *ending.STEPS)
Tell = Callable[[str], None]


def play(stage: Stage, locale: str, tell: Tell) -> bool:
    """Play every step. False as soon as one does not come out as the story says; why is told."""
    scene = Scene(stage=stage, locale=locale)
    began = time.monotonic()
    try:
        if not all(_play_step(scene, number, step, tell) for number, step in enumerate(STEPS, 1)):
            return False
    finally:
        scene.close()
    took = Both(
        "\nAll {count} steps came out right, in {took:.0f} s.", "\n全部 {count} 步均符合预期，用时 {took:.0f} 秒。"
    )
    tell(scene.say(took, count=len(STEPS), took=time.monotonic() - began))
    return True


def _play_step(scene: Scene, number: int, step: Step, tell: Tell) -> bool:
    tell(f"\n[{number}/{len(STEPS)}] {step.day.isoformat()}  {scene.say(step.title)}")
    tell(f"  {scene.say(step.told)}")
    try:
        step.act(scene)
        seen = until(lambda: step.see(scene), scene.stage.is_quiet)
        addresses = step.open(scene)
    except ConnectorError as problem:
        tell(f"  ✗ {problem}")
        wrong = Both("Step {number} did not come out as it should.", "第 {number} 步不符合预期。")
        tell(scene.say(wrong, number=number))
        tell(scene.say(Both("The connector's log ended:", "连接器日志的末尾：")))
        tell(tail(scene.stage.log))
        return False
    for line in seen:
        tell(f"  ✓ {line}")
    for address in addresses:
        tell(f"    {address}")
    return True
