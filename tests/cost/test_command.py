import pytest
from click.testing import CliRunner

from photohq.cli.cost import amount, money
from photohq.cli.main import main


def cost(*words):
    return CliRunner().invoke(main, ["cost", *words])


def test_it_shows_the_architectures_workload_beside_its_own_estimate():
    done = cost("--photos", "200", "--users", "5")
    assert done.exit_code == 0
    assert done.output == cost().output
    (total,) = [line for line in done.output.splitlines() if line.startswith("Total")]
    assert total.split() == ["Total", "$9.38", "~$3.20"]
    for there in ("1,000 requests", "1,000 PUT/GET", "$2.50", "$0.10", "$0.50", "Free Tier"):
        assert there in done.output


def test_a_line_fits_a_terminal_of_80_columns():
    printed = cost("--photos", "100000000", "--users", "100000000", "--months", "1200").output
    assert max(map(len, printed.splitlines())) <= 80
    assert "…" not in printed


@pytest.mark.parametrize(
    ("words", "total"),
    [
        (["--photos", "0", "--users", "0"], "$9.29"),
        (["--photos", "0", "--users", "0", "--no-alarms"], "$0.39"),
        (["--no-alarms"], "$0.48"),
        (["--photos", "1000000", "--users", "25000"], "$2,408.85"),
        (["--photos", "1000000", "--users", "25000", "--months", "12"], "$6,112.64"),
    ],
    ids=" ".join,
)
def test_other_workloads_have_other_totals(words, total):
    done = cost(*words)
    assert done.exit_code == 0
    (line,) = [line for line in done.output.splitlines() if line.startswith("Total")]
    assert line.split()[1] == total


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--photos", "-1", "-1 is not a whole number from 0 to 100,000,000."),
        ("--photos", "abc", "abc is not a whole number from 0 to 100,000,000."),
        ("--photos", "1e8", "1e8 is not a whole number from 0 to 100,000,000."),
        ("--photos", "100000001", "100000001 is not a whole number from 0"),
        ("--users", "2.5", "2.5 is not a whole number from 0"),
        ("--users", "0", "Photos need somebody who uploads them: --users is 0"),
        ("--edits", "nan", "nan is not a number from 0 to 100."),
        ("--downloads", "inf", "inf is not a number from 0 to 1,000."),
        ("--deleted", "1.01", "1.01 is not a number from 0 to 1."),
        ("--original-size", "", "'' is not a number"),
    ],
)
def test_what_is_no_sensible_number_is_refused_in_a_sentence(option, value, says):
    done = cost(option, value)
    assert done.exit_code == 2
    last = done.output.splitlines()[-1]
    assert last.startswith("Error: ")
    assert says in last


@pytest.mark.parametrize(
    ("dollars", "written"),
    [(0, "free"), (0.0049, "<$0.01"), (0.005, "$0.01"), (1234.5, "$1,234.50")],
)
def test_money_is_written_in_cents(dollars, written):
    assert money(dollars) == written


@pytest.mark.parametrize(
    ("number", "written"),
    [(0, "0"), (0.009, "<0.01"), (2.926, "2.93"), (5, "5"), (657_900.4, "657,900")],
)
def test_amounts_are_written_as_long_as_they_help(number, written):
    assert amount(number) == written
