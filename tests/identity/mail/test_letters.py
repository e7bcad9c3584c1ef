import re

import pytest
from tests.house.repository import ROOT

from photohq.identity.mail.letters import BUILT_IN, HOURS, Letter, Letters
from photohq.identity.mailed_codes import _LETTERS as MAILED

ANN = "ann@example.com"
CODE = "048213"
EVERY_LETTER = pytest.mark.parametrize("letter", list(Letter))


@pytest.fixture
def folder(tmp_path):
    return tmp_path


# The built-in ones


@EVERY_LETTER
def test_a_letter_says_in_text_and_html_what_its_reader_needs(letter):
    written = Letters().write(letter, ANN, CODE)
    for form in (written.text, written.html):
        assert (CODE in form) == (letter in HOURS)
        assert "$" not in form
        assert "f it was not you" in form
    assert ANN in written.text
    assert ANN in written.html


@EVERY_LETTER
def test_text_and_html_of_a_letter_say_the_same(letter):
    written = Letters().write(letter, ANN, CODE)
    body = written.html.partition("<body")[2].partition(">")[2]
    words = re.sub(r"<[^>]+>", " ", body).split()
    assert words == ["Photo", "HQ", *written.text.split()]
    assert f"<title>{written.subject}</title>" in written.html


@EVERY_LETTER
def test_the_html_of_a_letter_loads_nothing(letter):
    page = Letters().write(letter, ANN, CODE).html
    assert not re.search(r"https?:|src=|href=|url\(|<img|<script|<link|@import", page)


def test_letters_say_how_long_their_codes_are_good():
    assert {letter: purpose.lifetime / 3600 for purpose, letter in MAILED.items()} == HOURS
    for letter, hours in HOURS.items():
        written = Letters().write(letter, ANN, CODE)
        assert re.search(rf"good\sfor\s{hours}\shour", written.text)


def test_every_template_belongs_to_a_letter():
    names = {f"{letter}.{form}" for letter in Letter for form in ("txt", "html")}
    assert {path.name for path in BUILT_IN.iterdir()} == names


# The operator's own


def test_an_own_text_and_html_take_the_place_of_the_built_in_ones(folder):
    (folder / "confirm_sign_up.txt").write_text("Subject: $code is it\n\nUse $code, $email\n")
    (folder / "confirm_sign_up.html").write_text("<p>Use <b>$code</b> for $$5")
    letters = Letters(folder)
    written = letters.write(Letter.CONFIRM_SIGN_UP, ANN, CODE)
    assert written.subject == f"{CODE} is it"
    assert written.text == f"Use {CODE}, {ANN}\n"
    assert written.html == f"<p>Use <b>{CODE}</b> for $5"
    built_in = Letters().write(Letter.CONFIRM_EMAIL, ANN, CODE)
    assert letters.write(Letter.CONFIRM_EMAIL, ANN, CODE) == built_in


def test_an_own_text_is_not_joined_with_html_that_says_something_else(folder):
    (folder / "mfa_changed.txt").write_text("Subject: Changed\n\nIt changed.\n")
    assert Letters(folder).write(Letter.MFA_CHANGED, ANN).html is None


def test_an_own_page_stands_beside_the_built_in_text(folder):
    (folder / "mfa_changed.html").write_text("<h1>Our club</h1>")
    written = Letters(folder).write(Letter.MFA_CHANGED, ANN)
    assert written.html == "<h1>Our club</h1>"
    assert written.text == Letters().write(Letter.MFA_CHANGED, ANN).text


def test_the_marks_of_an_editor_are_not_part_of_a_letter(folder):
    (folder / "mfa_changed.txt").write_bytes(b"\xef\xbb\xbfsubject:  Changed \r\n\r\nAh\r\nOh\r\n")
    written = Letters(folder).write(Letter.MFA_CHANGED, ANN)
    assert (written.subject, written.text) == ("Changed", "Ah\nOh\n")


def test_an_address_is_text_in_html(folder):
    (folder / "mfa_changed.html").write_text("<p>$email</p>")
    written = Letters(folder).write(Letter.MFA_CHANGED, "a&b'c@example.com")
    assert written.html == "<p>a&amp;b&#x27;c@example.com</p>"


def test_other_files_are_the_operators_business(folder):
    (folder / "README.md").write_text("Ours")
    (folder / ".mfa_changed.txt.swp").write_text("an editor's")
    Letters(folder)


GOOD = "Subject: Hello\n\n$code\n"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("reset_password.txt", "Hello\n\n$code\n", "does not begin with a line Subject: ..."),
        ("reset_password.txt", "", "does not begin with a line Subject: ..."),
        ("reset_password.txt", "Subject: \n\n$code", "does not begin with a line Subject: ..."),
        ("reset_password.txt", "Subject: a\x07b\n\n$code", ": the subject has characters"),
        ("reset_password.txt", "Subject: Hello\n$code\n", "has no blank line after its subject"),
        ("reset_password.txt", "Subject: $code\n\nHello\n", "lacks $code"),
        ("reset_password.txt", GOOD + "$name", ": $name is not one of $code, $email, $hours"),
        ("reset_password.txt", "Subject: $name\n\n$code", ": $name is not one of"),
        ("reset_password.txt", GOOD + "5 $", "a $ itself is written $$"),
        ("reset_password.txt", b"Subject: Gr\xfc\xdfe\n\n$code", "is not UTF-8"),
        ("reset_password.html", "<p>Hello</p>", "lacks $code"),
        ("reset_password.html", "$code ${name}", ": $name is not one of"),
        ("mfa_changed.html", "$code", ": $code is not one of $email"),
        ("mfa_changed.txt", GOOD, ": $code is not one of $email"),
        ("reset_pasword.txt", GOOD, "is none of the letters, which are confirm_sign_up,"),
    ],
)
def test_a_template_that_can_not_be_used_is_told_at_once(folder, name, content, reason):
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ValueError, match=re.escape(reason)) as told:
        Letters(folder)
    assert str(told.value).startswith(str(folder / name))
    assert "\n" not in str(told.value)


def test_a_template_that_is_a_folder_is_told(folder):
    (folder / "mfa_changed.txt").mkdir()
    with pytest.raises(ValueError, match="can't be read: Is a directory"):
        Letters(folder)


def test_a_folder_that_is_not_there_is_told(folder):
    with pytest.raises(ValueError, match="is not a folder"):
        Letters(folder / "nowhere")


def test_the_page_for_operators_names_every_letter_and_its_placeholders():
    text = (ROOT / "docs" / "run-one-machine.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| .+ \| (`\$.+) \|$", text, re.MULTILINE)
    assert dict(rows) == {
        letter: "`$email`, `$code`, `$hours`" if letter in HOURS else "`$email`"
        for letter in Letter
    }
