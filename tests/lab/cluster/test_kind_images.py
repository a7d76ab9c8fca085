"""The sections' images, brought to a kind cluster."""

import pytest

from cloudlab.lab.cluster import kind_images


class Engine:
    """Remembers what it does; `tags` are the images that it has."""

    def __init__(self, *tags):
        self.tags, self.did = set(tags), []

    def here(self, images):
        return self.tags & set(images)

    def build(self, folder, tag, **arguments):
        self.did.append(("build", folder.name, tag, arguments))

    def run(self, argv, **words):
        self.did.append(tuple(argv))


class Kind:
    def __init__(self, *tags):
        self.engine, self.loaded = Engine(*tags), []

    def load(self, tag):
        self.loaded.append(tag)


@pytest.fixture
def labs(checkout, monkeypatch):
    """A room that wants two images, one of them its own."""
    room = checkout / "labs" / "shop"
    (room / "web").mkdir(parents=True)
    (room / "web" / "Dockerfile").write_text("ARG NODE_IMAGE=node\nARG OTHER\nFROM ${NODE_IMAGE}\n")
    (room / "section.toml").write_text(
        '[cluster_images]\n"web:1" = "shop/web"\n"postgres:17" = "postgres"\n'
    )

    def obtain(names, engine, say):
        from cloudlab.lab.images.choosing import Chosen

        return Chosen({name: f"cloudlab/{name}:abc" for name in names})

    monkeypatch.setattr(kind_images, "obtain", obtain)


def test_each_is_made_loaded_and_let_go_of(labs):
    cluster = Kind()
    kind_images.bring(cluster, print)
    assert cluster.loaded == ["web:1", "postgres:17"]
    assert cluster.engine.did == [
        ("build", "web", "web:1", {"NODE_IMAGE": "cloudlab/node:abc"}),
        ("docker", "image", "rm", "web:1"),
        ("docker", "tag", "cloudlab/postgres:abc", "postgres:17"),
        ("docker", "image", "rm", "postgres:17"),
    ]


def test_what_the_engine_has_under_that_name_is_taken_and_stays(labs):
    cluster = Kind("web:1", "postgres:17")
    kind_images.bring(cluster, print)
    assert cluster.loaded == ["web:1", "postgres:17"]
    assert cluster.engine.did == []
