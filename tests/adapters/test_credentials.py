"""Names of credentials lead to what stands on the worker; whatever is wrong is told by name, and no secret with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from netbox_calico.adapters.credentials import Credential, Credentials, read_login
from netbox_calico.planning.errors import CredentialError

SECRET = 'correct-horse'


def test_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('TOR_LOGIN', f'{{"username": "netops", "password": "{SECRET}"}}')
    login = Credentials({'tor': 'env:TOR_LOGIN'}).login('tor')
    assert (login.username, login.password, login.key_file) == ('netops', SECRET, '')


def test_from_a_file_with_a_key(tmp_path: Path) -> None:
    key, known = tmp_path / 'key', tmp_path / 'known_hosts'
    key.write_text('private')
    known.write_text('10.0.0.1 ssh-ed25519 AAAA')
    file = tmp_path / 'tor.yaml'
    file.write_text(f'username: netops\nkey_file: {key}\nknown_hosts_file: {known}\n')
    login = Credentials({'tor': f'file:{file}'}).login('tor')
    assert (login.username, login.password, login.key_file, login.known_hosts_file) == (
        'netops',
        '',
        str(key),
        str(known),
    )


def test_no_secret_in_a_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('TOR_LOGIN', f'username: netops\npassword: {SECRET}\n')
    credentials = Credentials({'tor': 'env:TOR_LOGIN'})
    assert SECRET not in repr((credentials, credentials.resolve('tor'), credentials.login('tor')))


@pytest.mark.parametrize(
    ('name', 'words'),
    [
        ('', 'No credential is chosen'),
        ('other', "'other' is not configured: add it"),
        ('unset', 'the environment variable NOT_SET_ANYWHERE is not set'),
        ('gone', r'/nonexistent/file cannot be read \(No such file or directory\)'),
        ('folder', r'/ cannot be read \(Is a directory\)'),
        ('odd', 'must begin with env: or file:'),
        ('empty', "'empty' is empty"),
    ],
)
def test_a_reference_that_leads_nowhere_is_named_with_the_mend(name: str, words: str) -> None:
    references = {
        'unset': 'env:NOT_SET_ANYWHERE',
        'gone': 'file:/nonexistent/file',
        'folder': 'file:/',
        'odd': SECRET,
        'empty': 'file:/dev/null',
    }
    with pytest.raises(CredentialError, match=words) as caught:
        Credentials(references).resolve(name)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ('content', 'words'),
    [
        (f'password: [{SECRET}', r'neither YAML nor JSON \(line 1\)'),
        (SECRET, 'is no document with username, password, key_file, known_hosts_file'),
        (f'user: netops\npassword: {SECRET}', 'unknown fields user'),
        (f'password: {SECRET}', 'has no username'),
        ('username: netops', 'neither a password nor a key_file'),
        ('username: netops\nkey_file: keys/tor', 'keys/tor cannot be read by the worker; give the absolute path'),
    ],
)
def test_a_login_that_cannot_be_used_is_told_without_its_content(content: str, words: str) -> None:
    with pytest.raises(CredentialError, match=words) as caught:
        read_login(Credential('tor', content))
    assert SECRET not in repr(caught.value) + repr(caught.value.__cause__)
