"""AGENTS.md: where it is looked for, and what agents are told of it."""

from pathlib import Path

import pytest

from agentchat.config.project_notes import LARGEST, find_notes


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    (root / ".git").mkdir(parents=True)
    (root / "a" / "b").mkdir(parents=True)
    (tmp_path / "AGENTS.md").write_text("outside")
    (root / "AGENTS.md").write_text("Use tabs.")
    return root


def told(folder: Path) -> list[str]:
    return [notes.text for notes in find_notes(folder)]


def test_those_of_the_folder_and_above_it_up_to_the_repository_hold_the_outermost_first(repository: Path):
    (repository / "a" / "b" / "AGENTS.md").write_text("Use spaces.")
    assert told(repository / "a" / "b") == ["Use tabs.", "Use spaces."]


def test_outside_of_a_repository_only_the_folders_own_holds(tmp_path: Path):
    (tmp_path / "AGENTS.md").write_text("above")
    (tmp_path / "work").mkdir()
    assert told(tmp_path / "work") == []
    (tmp_path / "work" / "AGENTS.md").write_text("here")
    assert told(tmp_path / "work") == ["here"]


def test_an_empty_file_a_folder_a_pipe_and_a_link_that_leads_out_are_none(repository: Path):
    (repository / "AGENTS.md").unlink()
    (repository / "AGENTS.md").symlink_to(repository.parent / "AGENTS.md")
    (repository / "a" / "AGENTS.md").mkdir()
    (repository / "a" / "b" / "AGENTS.md").write_text(" \n")
    assert told(repository / "a" / "b") == []


def test_a_link_within_the_repository_and_bytes_that_are_no_text_are_read(repository: Path):
    (repository / "CLAUDE.md").write_bytes(b"Be brief \xff.")
    (repository / "AGENTS.md").unlink()
    (repository / "AGENTS.md").symlink_to("CLAUDE.md")
    assert told(repository) == ["Be brief \ufffd."]


def test_a_long_file_is_cut_and_says_so(repository: Path):
    (repository / "AGENTS.md").write_text("x" * (LARGEST + 1))
    (notes,) = find_notes(repository)
    assert (len(notes.text), notes.told.endswith("[only the first 64 KB of the file]")) == (LARGEST, True)
