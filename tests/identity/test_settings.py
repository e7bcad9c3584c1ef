"""Which settings of the user pool exclude each other, and which need each other."""

import pytest

from photohq.settings import server as settings

ISSUER = {"PHOTOHQ_ISSUER": "https://accounts.example.org"}


@pytest.mark.parametrize(
    "environment",
    [
        {"PHOTOHQ_MFA": "required"},
        {**ISSUER, "PHOTOHQ_CLIENT_ID": "app"},
        {**ISSUER, "PHOTOHQ_AUDIENCE": "https://photos.example.org"},
        {"PHOTOHQ_ISSUER": "http://127.0.0.1:8080/realms/photos", "PHOTOHQ_CLIENT_ID": "app"},
    ],
    ids=str,
)
def test_these_are_taken(environment):
    settings.read(environment)


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"PHOTOHQ_MFA": "yes"}, "PHOTOHQ_MFA"),
        ({**ISSUER, "PHOTOHQ_CLIENT_ID": "app", "PHOTOHQ_MFA": "required"}, "PHOTOHQ_MFA"),
        (ISSUER, "PHOTOHQ_CLIENT_ID"),
        ({"PHOTOHQ_CLIENT_ID": "app"}, "PHOTOHQ_CLIENT_ID"),
        ({"PHOTOHQ_AUDIENCE": "https://photos.example.org"}, "PHOTOHQ_CLIENT_ID"),
        *(
            ({"PHOTOHQ_ISSUER": url, "PHOTOHQ_CLIENT_ID": "app"}, "PHOTOHQ_ISSUER")
            for url in (
                "http://accounts.example.org",
                "accounts.example.org",
                "https://",
                "https://a@accounts.example.org",
                "https://accounts.example.org/?tenant=1",
                "https://accounts.example.org/#top",
                "https://[::1",
            )
        ),
        ({"PHOTOHQ_SMTP_SECURITY": "ssl"}, "PHOTOHQ_SMTP_SECURITY"),
        ({"PHOTOHQ_SMTP_PORT": "70000"}, "PHOTOHQ_SMTP_PORT"),
        ({"PHOTOHQ_SMTP_USERNAME": "photos"}, "PHOTOHQ_SMTP_PASSWORD_FILE"),
        ({"PHOTOHQ_SMTP_HOST": "mail.example.org"}, "PHOTOHQ_MAIL_FROM"),
        ({"PHOTOHQ_MAIL_FROM": "Photos"}, "PHOTOHQ_MAIL_FROM"),
        ({"PHOTOHQ_MAIL_FROM": "a@b.org\r\nBcc: c@d.org"}, "PHOTOHQ_MAIL_FROM"),
    ],
    ids=str,
)
def test_these_are_refused_in_one_sentence_that_names_the_setting(environment, named):
    with pytest.raises(settings.InvalidSettings) as told:
        settings.read(environment)
    assert str(told.value).startswith(f"{named}: ")
    assert "\n" not in str(told.value)
