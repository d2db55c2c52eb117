"""The key of an installation: of a setting, or of a file that only its user may read."""

from __future__ import annotations

from pathlib import Path

from ohdio_core.vault import SecretKeys


class TestSecretKeys:
    def test_a_file_is_made_when_it_is_needed_and_is_the_same_for_ever(self, tmp_path: Path) -> None:
        file = tmp_path / "data" / "secret.key"
        keys = SecretKeys(None, file)
        assert keys.read() == []
        (key,) = keys.read(make=True)
        assert file.stat().st_mode & 0o777 == 0o600
        (again,) = SecretKeys(None, file).read()
        assert again.decrypt(key.encrypt(b"sound")) == b"sound"

    def test_a_file_that_others_can_read_is_closed_to_them(self, tmp_path: Path) -> None:
        file = tmp_path / "secret.key"
        file.write_text("a-key-that-somebody-has-copied-here-0001")
        file.chmod(0o644)
        assert len(SecretKeys(None, file).read()) == 1
        assert file.stat().st_mode & 0o777 == 0o600

    def test_a_setting_counts_before_the_file_and_may_have_several(self, tmp_path: Path) -> None:
        old, new = SecretKeys("old" * 12), SecretKeys(f"{'new' * 12}, {'old' * 12}", tmp_path / "secret.key")
        newest, older = new.read(make=True)
        assert older.decrypt(old.read()[0].encrypt(b"sound")) == b"sound"
        assert newest.decrypt(SecretKeys("new" * 12).read()[0].encrypt(b"sound")) == b"sound"
        assert not (tmp_path / "secret.key").exists()
