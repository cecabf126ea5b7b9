"""One worker room in a process of its own."""

import signal
import threading

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from connector.clock import BadClock
from connector.core.errors import ConnectorError
from connector.dispatch.bells import Room
from connector.dispatch.parent import end_with_parent
from connector.dispatch.rooms import OutboxWork, PipelineWork, RollupWork
from connector.dispatch.work import Dispatch
from connector.intake.timers import put_ticks
from connector.pipeline.repair import repair
from connector.store import outbox
from connector.store.engine import writing
from connector.store.locks import sole_worker
from connector.wiring.house import House

log = structlog.get_logger()

TICK_EVERY_S = 5
REPAIR_EVERY_S = 60.0
LEARN_AGAIN_AFTER_S = 10.0
LEARN_ANEW_AFTER_S = 3600.0
TAKEN_FOR_LONG_S = 45.0
"""Longer than a process that is about to end takes."""


def work(house: House, room: Room, dispatch: Dispatch) -> None:
    """Work in a room until SIGTERM or SIGINT; then finish the step under way and return."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    end_with_parent(stop.set)
    house.rules.is_serving = True
    late = threading.Timer(TAKEN_FOR_LONG_S, _tell_of_twin, (house.outbox.owner, room))
    late.daemon = True
    late.start()
    # The room of a `serve` that was killed may still finish its step: two at once would send a write twice.
    with sole_worker(house.engine, f"{room} {house.outbox.owner}", stop) as is_alone:
        late.cancel()
        if is_alone:
            _work(house, room, dispatch, stop)
    dispatch.close()
    log.info("worker ended", room=room)


def _tell_of_twin(owner: str, room: Room) -> None:
    log.warning(
        "another process works under this name; give each machine a host name, or each serve a port, of its own",
        room=room,
        name=owner,
    )


def _work(house: House, room: Room, dispatch: Dispatch, stop: threading.Event) -> None:
    match room:
        case "pipeline":
            threading.Thread(target=_keep_learning, args=(house, stop), name="learn", daemon=True).start()
            threading.Thread(target=_keep_repairing, args=(house, stop), name="repair", daemon=True).start()
            dispatch.run(room, PipelineWork(pipeline=house.pipeline, ring=dispatch.ring, stop=stop), stop)
        case "rollup":
            ticks = _ticks(house, dispatch)
            rolling = RollupWork(
                rollup=house.rollup, engine=house.engine, windows=house.windows, ring=dispatch.ring, stop=stop
            )
            dispatch.run(room, rolling, stop)
            ticks.shutdown(wait=False)
        case "outbox":
            with writing(house.engine) as conn:
                outbox.release_leases(conn, house.outbox.owner)
            dispatch.run(room, OutboxWork(outbox=house.outbox, stop=stop), stop)


def _keep_learning(house: House, stop: threading.Event) -> None:
    """Learn names and accounts from the sites, again when a site did not answer, and anew every hour."""
    while not stop.is_set():
        answered = [_learn(house, site.name) for site in house.settings.sites]
        stop.wait(LEARN_ANEW_AFTER_S if all(answered) else LEARN_AGAIN_AFTER_S)


def _learn(house: House, site: str) -> bool:
    try:
        return house.clients.learn(house.engine, site)
    except Exception:
        # The thread must live on: nobody else learns.
        log.exception("site not learnt", site=site)
        return False


def _keep_repairing(house: House, stop: threading.Event) -> None:
    """Read up, now and then, what the mirror holds only in part."""
    while not stop.wait(REPAIR_EVERY_S):
        for site in house.settings.sites:
            try:
                repair(house.engine, house.pipeline.reader, house.rules.rules_of, site.name)
            except ConnectorError as problem:
                log.warning("not read up", site=site.name, problem=str(problem))
            except Exception:
                # The thread must live on: nobody else sweeps.
                log.exception("not read up", site=site.name)


def _ticks(house: House, dispatch: Dispatch) -> BackgroundScheduler:
    """Look for ticks that are due. A late look makes the same ticks, so that none may be dropped as misfired."""
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_job(
        _tick,
        "interval",
        args=(house, dispatch),
        seconds=TICK_EVERY_S,
        misfire_grace_time=None,
        coalesce=True,
        max_instances=1,
    )
    scheduler.start()
    return scheduler


def _tick(house: House, dispatch: Dispatch) -> None:
    try:
        now = house.clock.now()
    except BadClock as problem:
        log.error("no tick without a clock", problem=str(problem))
        return
    sites = [site.name for site in house.settings.sites]
    if put_ticks(house.engine, sites, house.ticking_rules, now, house.automations_of):
        dispatch.ring("pipeline")
