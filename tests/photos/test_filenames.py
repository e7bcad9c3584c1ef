from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from photohq.photos.filenames import attachment


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=50))
def test_a_download_is_named_in_plain_ascii_and_in_full(filename):
    disposition = attachment(filename)
    assert disposition.isascii()
    assert disposition.isprintable()
    plain, _, extended = disposition.removeprefix('attachment; filename="').partition('"')
    assert "\\" not in plain
    if plain == filename:
        assert extended == ""
    else:
        assert unquote(extended.removeprefix("; filename*=UTF-8''")) == filename
