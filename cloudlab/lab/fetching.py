"""Finding and fetching what the sections' commands need, beside the start of the parts."""

import os
import threading
from collections.abc import Callable, Sequence
from functools import partial

from cloudlab.lab import rooms
from cloudlab.lab.engine import docker, own_engine
from cloudlab.lab.environment import safe_environment
from cloudlab.lab.errors import LabError
from cloudlab.lab.parts import Context, Part, parts_for
from cloudlab.lab.progress import Progress
from cloudlab.lab.settings import settings
from cloudlab.lab.state import lab_lock, load_state, save_state
from cloudlab.lab.tools import building, terraform
from cloudlab.lab.tools.finding import link_tools


def link(
    tools: Sequence[str], progress: Progress, cancelled: threading.Event | None = None
) -> None:
    """Link the tools into `.lab/bin`; for Terraform, write where its providers are.

    One that can't be had doesn't keep the others from it; the first such is raised at the end.
    When `cancelled` is set, a download ends.
    """
    works = [partial(_link, name, progress, cancelled) for name in tools]
    problems = [error for work in works if (error := _attempt(work))]
    if problems:
        raise problems[0]


def _link(name: str, progress: Progress, cancelled: threading.Event | None) -> None:
    """Link one tool."""
    say = partial(progress.say, name)
    found = link_tools([name], meter(name, progress, cancelled), say, cancelled)[name]
    if found.source == "built":
        progress.done(name, f"{found.version}, built from its Go modules")
    if name == "terraform":
        terraform.configure(found.path, lambda text: progress.say("terraform", text))


def everything(progress: Progress) -> list[LabError]:
    """All tools, providers, programs and images that any section can ask for; what failed."""
    needs = rooms.needs(rooms.sections())
    work: list[Callable[[], None]] = [partial(link, [name], progress) for name in needs.tools]
    if any(part.in_container for part in parts_for(["aws"], settings())):
        work.append(partial(_image, progress))
    alone = [one for one in parts_for(needs.parts, settings()) if not _on_engine(one)]
    work += [partial(_prepare, part, progress) for part in alone if part.prepares]
    problems = [error for one in work if (error := _attempt(one))]
    if "containers" in needs.parts:
        problems += _images(needs.images, progress)
    building.tidy()
    return problems


def _on_engine(part: Part) -> bool:
    """Whether the part, or what it stands on, is a container engine: that one must run first."""
    return part.need == "containers" or bool(part.after)


def _prepare(part: Part, progress: Progress) -> None:
    """What the part would have to do before its first start."""
    part.prepare(Context(settings(), {}, safe_environment(os.environ, None), progress.say))
    progress.done(part.name, "here")


def _images(names: Sequence[str], progress: Progress) -> list[LabError]:
    """Have the images in the engine; one that had to be started for it is stopped again."""
    from cloudlab.lab import stopping
    from cloudlab.lab.starting import Starter

    with lab_lock():
        state = load_state()
        before = set(state.parts)
        parts = parts_for(["containers"], settings())
        problems = Starter(state, parts, settings(), progress, images=names).run()
        stopping.stop([state.parts.pop(name) for name in set(state.parts) - before])
        if own_engine.PART not in before:
            own_engine.forget()
        if before:
            save_state(state)
    return problems


def _image(progress: Progress) -> None:
    """LocalStack's image."""
    from cloudlab.lab.parts import localstack

    name = localstack.image(settings())
    if not docker.has_image(name):
        progress.say("localstack", f"pulling {name}")
        docker.pull(name)
    progress.done("localstack", f"{name} is here")


def _attempt(work: Callable[[], None]) -> LabError | None:
    """What went wrong, if anything."""
    try:
        work()
    except LabError as error:
        return error
    return None


def meter(
    name: str, progress: Progress, cancelled: threading.Event | None = None
) -> Callable[[int, int | None], None]:
    """A progress line in megabytes, for a download; the place where Ctrl-C reaches its thread."""
    show = metering(partial(progress.say, name), cancelled, often=progress.moving)

    def show_or_end(done: int, size: int | None) -> None:
        show(done, size)
        if size is not None and done >= size:
            progress.done(name, f"downloaded, {done / 1e6:.0f} MB")

    return show_or_end


def metering(
    say: Callable[[str], None], cancelled: threading.Event | None = None, *, often: bool = False
) -> Callable[[int, int | None], None]:
    """The same for a part that has more to do when the download is over."""

    def show(done: int, size: int | None) -> None:
        if cancelled and cancelled.is_set():
            raise KeyboardInterrupt
        if done != size and (often or done % 5_000_000 < 100_000):
            of = f" of {size / 1e6:.0f}" if size else ""
            say(f"downloading, {done / 1e6:.0f}{of} MB")

    return show
