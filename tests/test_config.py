"""Where the archive is looked for."""

from pathlib import Path

import pytest

from archive.config import Place, archive_path, archive_place, existing_archive, find_config, read_toml
from archive.errors import ArchiveMissing, ConfigError


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project" / "notes"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def config_in(folder: Path, text: str) -> Path:
    path = folder / "morgue.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_option_beats_variable_beats_config_beats_the_current_folder(here: Path) -> None:
    config = config_in(here.parent, 'archive = "held/news.db"')
    environ = {"MORGUE_ARCHIVE": "from-variable.db"}
    assert archive_place("named.db", environ, config) == Place(here / "named.db", "--archive")
    assert archive_place(None, environ, config) == Place(here / "from-variable.db", "MORGUE_ARCHIVE")
    assert archive_place(None, {}, config) == Place(here.parent / "held/news.db", f"archive in {config}")
    assert archive_place(None, {}, None) == Place(here / "morgue.db", "")


def test_an_absolute_path_in_the_config_stays_as_it_is(here: Path, tmp_path: Path) -> None:
    assert archive_path(None, {}, config_in(here, f'archive = "{tmp_path}/a.db"')) == tmp_path / "a.db"


def test_a_config_without_archive_leaves_the_default(here: Path) -> None:
    assert archive_path(None, {}, config_in(here, "")) == here / "morgue.db"


def test_an_empty_variable_is_no_variable(here: Path) -> None:
    assert archive_path(None, {"MORGUE_ARCHIVE": ""}, None) == here / "morgue.db"


def test_the_nearest_config_upwards_is_found(here: Path) -> None:
    above = config_in(here.parent, "")
    assert find_config(here) == above
    assert find_config(here.parent) == above
    nearest = config_in(here, "")
    assert find_config(here) == nearest


def test_no_config_is_none(here: Path) -> None:
    assert find_config(here) is None


@pytest.mark.parametrize("value", ["3", "''", "['a.db']", "true"])
def test_an_archive_that_is_no_path_is_refused(here: Path, value: str) -> None:
    config = config_in(here, f"archive = {value}")
    with pytest.raises(ConfigError, match=f"^{config}: archive must be a path"):
        archive_path(None, {}, config)


def test_broken_toml_names_file_and_line(here: Path) -> None:
    config = config_in(here, "[crawl]\ncontact = me@example.org\n")
    with pytest.raises(ConfigError, match=r"morgue.toml is not valid TOML: .*line 2"):
        read_toml(config)


def test_a_config_in_another_encoding_says_so(here: Path) -> None:
    config = here / "morgue.toml"
    config.write_bytes("name = 'Süd'".encode("latin-1"))
    with pytest.raises(ConfigError, match=r"morgue.toml is not UTF-8 text \(byte 9\)"):
        read_toml(config)


def test_a_byte_order_mark_is_no_error(here: Path) -> None:
    config = here / "morgue.toml"
    config.write_bytes(b"\xef\xbb\xbfarchive = 'a.db'")
    assert read_toml(config) == {"archive": "a.db"}


def test_a_missing_archive_says_where_it_was_looked_for(here: Path) -> None:
    with pytest.raises(ArchiveMissing, match=rf"^no archive at {here}/morgue.db; there is no morgue.toml"):
        existing_archive(archive_place(None, {}, None))
    with pytest.raises(ArchiveMissing, match=rf"^no archive at {here}/x.db \(--archive\); `morgue crawl URL`"):
        existing_archive(archive_place("x.db", {}, None))


def test_an_existing_archive_is_its_path(here: Path) -> None:
    (here / "morgue.db").touch()
    assert existing_archive(archive_place(None, {}, None)) == here / "morgue.db"
