"""What of an address is a secret."""

from __future__ import annotations

import pytest

from ohdio_core.domain.secret_parts import secrets_in, tokens_in, without_secrets

_HERE = "https://pod.example/feed.xml"


class TestSecretParts:
    @pytest.mark.parametrize(
        ("address", "rest"),
        [
            ("https://user:pw@pod.example/feed.xml?show=12", f"{_HERE}?show=12"),
            (f"{_HERE}?show=12&token=abc", f"{_HERE}?show=12"),
            (f"{_HERE}?authKey=abc&page=2", f"{_HERE}?page=2"),
            (f"{_HERE}?X-Amz-Signature=0f&format=rss", f"{_HERE}?format=rss"),
            (f"{_HERE}?id=0123456789abcdef0123", f"{_HERE}?id=0123456789abcdef0123"),
            (f"{_HERE}?title=the-lighthouse-at-the-end", f"{_HERE}?title=the-lighthouse-at-the-end"),
        ],
    )
    def test_what_is_left_is_the_same_whatever_the_secret(self, address: str, rest: str) -> None:
        assert without_secrets(address) == rest

    def test_a_password_is_known_in_each_of_its_forms(self) -> None:
        assert secrets_in("https://anna:p%40ss@pod.example/?token=a%2Fb&id=0123456789abcdef0123") == {
            *("p%40ss", "p@ss", "YW5uYTpwQHNz", "a%2Fb", "a/b", "0123456789abcdef0123"),
        }
        assert "anna7" in secrets_in("https://anna7:pass@pod.example/")

    def test_a_token_in_a_path_is_what_looks_like_no_word(self) -> None:
        assert tokens_in("https://pod.example/shows/7f3a9c0d1e2b4f5a6b7c/the-lighthouse.xml") == {
            "7f3a9c0d1e2b4f5a6b7c"
        }
