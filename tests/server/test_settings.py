import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.settings import (
    MASK,
    Settings,
    SettingsError,
    default_data_dir,
    is_loopback,
    load_settings,
    normalised_database_url,
)


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch):
    for name in list(os.environ):
        if name.upper().startswith("UNDERSTUDY_"):
            monkeypatch.delenv(name)


def test_defaults_serve_one_developer_on_this_machine():
    settings = load_settings()

    assert (settings.host, settings.port, settings.auth) == ("127.0.0.1", 8000, "dev")
    assert settings.database_url is None
    assert settings.redis_url is None
    assert settings.jwt_algorithms == ("RS256",)


def test_environment_is_read_under_the_prefix(monkeypatch):
    monkeypatch.setenv("UNDERSTUDY_PORT", "9001")
    monkeypatch.setenv("UNDERSTUDY_ALLOWED_ORIGINS", "https://a.example, https://b.example")

    settings = load_settings()

    assert settings.port == 9001
    assert settings.allowed_origins == ("https://a.example", "https://b.example")


def test_override_wins_over_the_environment_and_none_does_not(monkeypatch):
    monkeypatch.setenv("UNDERSTUDY_PORT", "9001")

    assert load_settings(port=9002).port == 9002
    assert load_settings(port=None).port == 9001


def test_a_mounted_secret_counts_like_its_variable(monkeypatch, tmp_path):
    (tmp_path / "understudy_dev_token").write_text("hush\n")
    (tmp_path / "somebody_elses").write_text("x")
    monkeypatch.setattr("server.settings.SECRETS_FOLDER", tmp_path)

    settings = load_settings()

    assert settings.dev_token is not None
    assert settings.dev_token.get_secret_value() == "hush"


def test_empty_variable_counts_as_absent(monkeypatch):
    monkeypatch.setenv("UNDERSTUDY_REDIS_URL", "")

    assert load_settings().redis_url is None


def test_settings_cannot_be_changed_afterwards():
    with pytest.raises(ValueError, match="frozen"):
        load_settings().port = 1


@pytest.mark.parametrize(
    ("given_url", "expected"),
    [
        ("postgres://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("postgresql://u:p@h:5433/d", "postgresql+asyncpg://u:p@h:5433/d"),
        ("postgresql+asyncpg://u@h/d", "postgresql+asyncpg://u@h/d"),
        ("postgresql://h/d?sslmode=require", "postgresql+asyncpg://h/d?ssl=require"),
        ("postgresql:///d?host=/run/pg", "postgresql+asyncpg:///d?host=/run/pg"),
    ],
)
def test_database_address_is_spelled_for_asyncpg(given_url, expected):
    assert load_settings(database_url=given_url).database_url == expected


def test_spelling_an_address_twice_changes_nothing():
    once = normalised_database_url("postgres://u:p%40x@h/d?sslmode=require&host=/a/b")

    assert normalised_database_url(once) == once


@pytest.mark.parametrize(
    ("overrides", "setting"),
    [
        ({"database_url": "sqlite:///x"}, "UNDERSTUDY_DATABASE_URL"),
        ({"redis_url": "http://x"}, "UNDERSTUDY_REDIS_URL"),
        ({"port": "http"}, "UNDERSTUDY_PORT"),
        ({"port": 70000}, "UNDERSTUDY_PORT"),
        ({"auth": "none"}, "UNDERSTUDY_AUTH"),
        ({"host": "0.0.0.0"}, "UNDERSTUDY_HOST"),
        ({"auth": "jwt"}, "UNDERSTUDY_JWT_KEY"),
        ({"jwt_algorithms": "none"}, "UNDERSTUDY_JWT_ALGORITHMS"),
        ({"jwt_algorithms": ""}, "UNDERSTUDY_JWT_ALGORITHMS"),
        ({"jwt_algorithms": "RS256,HS256"}, "UNDERSTUDY_JWT_ALGORITHMS"),
        ({"jwt_jwks_url": "file:///etc/passwd"}, "UNDERSTUDY_JWT_JWKS_URL"),
        ({"heartbeat_seconds": 0}, "UNDERSTUDY_HEARTBEAT_SECONDS"),
    ],
)
def test_a_bad_value_is_refused_by_the_name_of_its_variable(overrides, setting):
    with pytest.raises(SettingsError, match=setting) as refused:
        load_settings(**overrides)

    assert refused.value.setting == setting


def test_a_refused_secret_is_not_repeated(monkeypatch):
    monkeypatch.setenv("UNDERSTUDY_DATABASE_URL", "mysql://root:hunter2@h/d")

    with pytest.raises(SettingsError) as refused:
        load_settings()

    assert "hunter2" not in str(refused.value)


def test_unknown_variable_is_refused_with_the_nearest_name(monkeypatch):
    monkeypatch.setenv("UNDERSTUDY_DATABSE_URL", "postgresql://h/d")

    with pytest.raises(SettingsError, match="did you mean UNDERSTUDY_DATABASE_URL"):
        load_settings()


def test_the_database_of_the_tests_is_no_unknown_variable(monkeypatch):
    monkeypatch.setenv("UNDERSTUDY_TEST_DATABASE_URL", "postgresql://h/d")

    assert load_settings().database_url is None


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.8.0.1"])
def test_one_token_for_everything_is_allowed_on_loopback(host):
    assert load_settings(host=host).host == host


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.4", "example.org", "127.0.0.1.evil"])
def test_one_token_for_everything_is_refused_where_others_can_reach_it(host):
    with pytest.raises(SettingsError, match="UNDERSTUDY_AUTH=jwt"):
        load_settings(host=host, dev_token="t")


def test_jwt_may_bind_every_address():
    settings = load_settings(auth="jwt", jwt_key="k" * 32, jwt_algorithms="HS256", host="0.0.0.0")

    assert settings.host == "0.0.0.0"


@given(st.text(max_size=30))
def test_a_name_is_never_taken_for_loopback_by_accident(host):
    assert not is_loopback(f"x{host}")


def test_serving_alone_needs_a_database_and_a_token():
    with pytest.raises(SettingsError, match="UNDERSTUDY_DATABASE_URL"):
        load_settings(dev_token="t").require_serving()
    with pytest.raises(SettingsError, match="UNDERSTUDY_DEV_TOKEN"):
        load_settings(database_url="postgresql://h/d").require_serving()


def test_key_on_one_line_gets_its_line_breaks_back():
    settings = load_settings(auth="jwt", jwt_key="-----BEGIN PUBLIC KEY-----\\nabc\\n-----END")

    assert settings.jwt_key is not None
    assert settings.jwt_key.get_secret_value().splitlines()[1] == "abc"


def test_masked_shows_every_setting_and_no_secret():
    settings = load_settings(
        database_url="postgresql://app:hunter2@h/d?password=hunter2",
        redis_url="redis://:hunter2@h/0",
        dev_token="hunter2",
        jwt_key="hunter2",
    )

    shown = settings.masked()

    assert set(shown) == {"UNDERSTUDY_" + name.upper() for name in Settings.model_fields}
    assert "hunter2" not in str(shown) + repr(settings)
    assert shown["UNDERSTUDY_DATABASE_URL"] == (
        f"postgresql+asyncpg://app:{MASK}@h/d?password={MASK}"
    )


def test_data_folder_follows_the_desktop_convention(tmp_path):
    assert default_data_dir({"XDG_DATA_HOME": str(tmp_path)}) == tmp_path / "understudy"
    assert default_data_dir({}) == Path.home() / ".local" / "share" / "understudy"
