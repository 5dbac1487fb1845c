"""The page of settings names every setting, with its default and what it is."""

from __future__ import annotations

from gateway.config.models import Partner, Settings
from gateway.config.reference import rows, settings_page
from gateway.config.shops import Shop


def test_every_setting_says_what_it_is() -> None:
    for path, default, about in [*rows(Settings), *rows(Partner), *rows(Shop)]:
        assert about and default, path


def test_paths_are_written_as_people_find_them() -> None:
    page = settings_page()
    assert "| `channels.<name>.receive.folder` | required |" in page
    assert "| `agreements[].mode` | `live` |" in page
    assert "| `limits.file` | `1GB` |" in page
    assert "| `retry.ceiling` | `15m` |" in page
    assert "| `poll.lag` | `0s` |" in page
    assert "| `woocommerce.url` | required |" in page
