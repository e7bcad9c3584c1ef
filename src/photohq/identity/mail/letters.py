"""What there is to write to a user about, and the templates that the words come from."""

import html
from enum import StrEnum
from pathlib import Path
from string import Template

import msgspec

BUILT_IN = Path(__file__).with_name("templates")


class Letter(StrEnum):
    """What there is to write to a user about; the first three bring a code."""

    CONFIRM_SIGN_UP = "confirm_sign_up"
    RESET_PASSWORD = "reset_password"  # noqa: S105  a letter's name
    CONFIRM_EMAIL = "confirm_email"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    EMAIL_CHANGED = "email_changed"
    MFA_CHANGED = "mfa_changed"


HOURS = {Letter.CONFIRM_SIGN_UP: 24, Letter.RESET_PASSWORD: 1, Letter.CONFIRM_EMAIL: 24}
"""How many hours the code in a letter is good; letters that bring none are not named."""


class Written(msgspec.Struct, frozen=True):
    """A letter in words; `html` says the same as `text`, or is None."""

    subject: str
    text: str
    html: str | None


class _Templates(msgspec.Struct, frozen=True):
    subject: Template
    text: Template
    html: Template | None

    def write(self, values: dict[str, str]) -> Written:
        escaped = {name: html.escape(value) for name, value in values.items()}
        return Written(
            subject=self.subject.substitute(values),
            text=self.text.substitute(values),
            html=self.html.substitute(escaped) if self.html else None,
        )


class Letters:
    """Templates are `string.Template`: LETTER.txt (`Subject: ...`, a blank line, the text) and
    LETTER.html, with $email (the addressee), and $code and $hours where there is a code.

    Those in `folder` take the place of the built-in ones, the text together with its HTML: two that
    were not written for each other would contradict each other. Raises ValueError in one sentence
    for a file that can't be used, so that no letter fails later.
    """

    def __init__(self, folder: Path | None = None) -> None:
        if folder is not None:
            _check_names(folder)
        self._templates = {letter: _read(letter, folder) for letter in Letter}

    def write(self, letter: Letter, address: str, code: str = "") -> Written:
        values = {"email": address}
        if letter in HOURS:
            values |= {"code": code, "hours": str(HOURS[letter])}
        return self._templates[letter].write(values)


def _check_names(folder: Path) -> None:
    """Raise ValueError for a template that no letter would ever use."""
    if not folder.is_dir():
        raise ValueError(f"{folder} is not a folder")
    for path in sorted(folder.iterdir()):
        if path.suffix in {".txt", ".html"} and path.stem not in set(Letter):
            raise ValueError(f"{path} is none of the letters, which are {', '.join(Letter)}")


def _read(letter: Letter, folder: Path | None) -> _Templates:
    text, page = BUILT_IN / f"{letter}.txt", BUILT_IN / f"{letter}.html"
    if folder is not None:
        own_text, own_page = folder / f"{letter}.txt", folder / f"{letter}.html"
        if own_text.exists():
            text, page = own_text, own_page
        elif own_page.exists():
            page = own_page
    subject, body = _subject_and_body(text)
    return _Templates(
        subject=_template(text, letter, subject),
        text=_template(text, letter, body, whole=True),
        html=_template(page, letter, _content(page), whole=True) if page.exists() else None,
    )


def _subject_and_body(path: Path) -> tuple[str, str]:
    first, _, rest = _content(path).partition("\n")
    name, _, subject = first.partition(":")
    if name.lower() != "subject" or not subject.strip():
        raise ValueError(f"{path} does not begin with a line Subject: ...")
    if not subject.isprintable():
        raise ValueError(f"{path}: the subject has characters that can't be printed")
    blank, _, body = rest.partition("\n")
    if blank.strip():
        raise ValueError(f"{path} has no blank line after its subject")
    return subject.strip(), body


def _content(path: Path) -> str:
    """Read a text; a byte order mark and CRLF are the editor's, not the text's."""
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not UTF-8") from None
    except OSError as error:
        raise ValueError(f"{path} can't be read: {error.strerror}") from None


def _template(path: Path, letter: Letter, text: str, *, whole: bool = False) -> Template:
    """Check a template; the `whole` of a text has to name the code."""
    template = Template(text)
    if not template.is_valid():
        raise ValueError(f"{path} has a $ that begins no placeholder; a $ itself is written $$")
    used = set(template.get_identifiers())
    allowed = {"email"} | ({"code", "hours"} if letter in HOURS else set())
    if unknown := sorted(used - allowed):
        raise ValueError(f"{path}: ${unknown[0]} is not one of ${', $'.join(sorted(allowed))}")
    if whole and letter in HOURS and "code" not in used:
        raise ValueError(f"{path} lacks $code")
    return template
