import pytest

from cloudlab.lab import doctor


def test_every_row_says_what_follows(monkeypatch, tmp_path):
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path / "lab"))
    findings = doctor.examine()
    names = [one.what for one in findings]
    assert {
        "machine",
        "memory",
        "terraform",
        "AWS provider",
        "container engine",
        "part aws",
    } <= set(names)
    assert all(one.found and one.so for one in findings)


def test_an_unwritable_folder_is_a_finding_not_an_end(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("LAB_CACHE", str(tmp_path / "file" / "cache"))
    (bad,) = [one for one in doctor._disk() if not one.good]
    assert bad.what == "cache folder"
    assert "not a directory" in bad.found


@pytest.mark.parametrize(
    ("free", "said", "good", "optional"),
    [
        (100.0, "enough", True, False),
        (4.0, "enough to begin; all sections together want 8 GB", False, True),
        (1.0, "make room: the lab wants 3 GB", False, False),
    ],
)
def test_room_for_some_sections_is_enough_to_begin(free, said, good, optional):
    found = doctor._judged("cache folder", "here", free, doctor.DISK_GB)
    assert (found.so, found.good, found.optional) == (said, good, optional)


def test_a_missing_tool_is_no_fault_it_is_fetched(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("LAB_CACHE", str(tmp_path))
    tools = {one.what: one for one in doctor._tools()}
    assert {(one.good, one.optional) for one in tools.values()} == {(False, True)}
    assert "downloads" in tools["terraform"].so
    assert "install it" in tools["docker"].so


def test_what_nobody_needs_yet_is_not_promised(monkeypatch, tmp_path):
    monkeypatch.setenv("LAB_CACHE", str(tmp_path / "cache"))
    told = {finding.what for finding in doctor.examine()}
    assert "kubectl" in told
    assert "kube-state-metrics" not in told
