import pytest

from cloudlab.lab import rooms
from cloudlab.lab.errors import UsageError


@pytest.fixture(autouse=True)
def two_rooms(checkout):
    for name, text in {
        "iaas": 'notebook = "02-iaas.ipynb"\nparts = ["aws"]\ntools = ["terraform"]',
        "serverless": 'notebook = "01-serverless.ipynb"\nparts = ["aws", "docker"]\n'
        'images = ["node"]\n[ports]\nWEB_PORT = 8080',
    }.items():
        (checkout / "labs" / name).mkdir()
        (checkout / "labs" / name / "section.toml").write_text(text)
    (checkout / "labs" / "unfinished").mkdir()


def test_a_room_is_a_folder_with_a_manifest_and_its_place_the_notebooks_number():
    assert rooms.sections() == ["serverless", "iaas"]


def test_needs_are_joined_without_repeating():
    assert rooms.needs(["iaas", "serverless"]) == rooms.Needs(
        ("aws", "docker"), ("terraform",), ("node",), {"WEB_PORT": 8080}
    )
    assert rooms.needs([]) == rooms.Needs()


def test_an_unknown_section_lists_the_known():
    with pytest.raises(UsageError, match="no section is called 'iass'") as caught:
        rooms.needs(["iass"])
    assert caught.value.todo == "sections: serverless, iaas"
