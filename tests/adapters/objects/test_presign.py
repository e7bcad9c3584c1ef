import time
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pytest
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from hypothesis import assume, given
from hypothesis import strategies as st

from photohq.objects.presign import (
    Credentials,
    Refused,
    Verifier,
    presign,
    quoted_path,
)

NOW = 1_800_000_000.0
REGION = "us-east-1"
CREDENTIALS = Credentials("photohq", "secret")
ORIGIN = "http://127.0.0.1:8000"
PATH = "/objects/photohq-edited/user/edited/photo/a b~é+.jpg"
HEADERS = {
    "content-type": "image/jpeg",
    "content-length": "1234",
    "x-amz-meta-upload-id": "2f6e0f0b",
}
QUERY = {"versionId": "v1", "response-content-disposition": 'attachment; filename="a b+.jpg"'}
SENT = {**HEADERS, "host": "127.0.0.1:8000"}

text = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), max_size=20)
header_names = st.sampled_from(sorted(SENT))
header_values = st.text("abc019-/;= ", min_size=1, max_size=20)


def url(*, at=NOW, expires_in=900, method="PUT", path=PATH, **changes):
    return presign(
        method,
        ORIGIN + quoted_path(path),
        **{
            "credentials": CREDENTIALS,
            "region": REGION,
            "now": at,
            "expires_in": expires_in,
            "headers": HEADERS,
            "query": QUERY,
            **changes,
        },
    )


def verify(target, *, method="PUT", headers=SENT, now=NOW, path=None, query=None):
    parts = urlsplit(target)
    return Verifier(CREDENTIALS, REGION, lambda: now).verify(
        method,
        (parts.path if path is None else path).encode(),
        (parts.query if query is None else query).encode(),
        headers,
    )


def code(target, **changes):
    with pytest.raises(Refused) as refused:
        verify(target, **changes)
    return refused.value.code


def with_parameter(target, name, value):
    parts = urlsplit(target)
    pairs = [(key, value if key == name else old) for key, old in parse_qsl(parts.query)]
    return parts._replace(query=urlencode(pairs, quote_via=quote)).geturl()


def without_parameter(target, name):
    parts = urlsplit(target)
    pairs = [pair for pair in parse_qsl(parts.query) if pair[0] != name]
    return parts._replace(query=urlencode(pairs, quote_via=quote)).geturl()


PARAMETERS = sorted(name for name, _ in parse_qsl(urlsplit(url()).query))


def test_what_was_signed_is_let_in_with_its_parameters():
    parameters = verify(url())
    assert {name: parameters[name] for name in QUERY} == QUERY


@given(path=text, version=text.filter(bool), method=st.sampled_from(["GET", "PUT", "HEAD"]))
def test_any_key_and_any_parameter_can_be_signed(path, version, method):
    target = url(path=f"/objects/b/{path}", query={"versionId": version}, method=method)
    assert verify(target, method=method)["versionId"] == version


@given(name=st.sampled_from(PARAMETERS), value=text)
def test_a_changed_parameter_is_refused(name, value):
    old = dict(parse_qsl(urlsplit(url()).query))[name]
    assume(value != old)
    code(with_parameter(url(), name, value))


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_missing_parameter_is_refused(name):
    code(without_parameter(url(), name))


@given(name=text.filter(lambda name: name and name not in PARAMETERS), value=text)
def test_an_added_parameter_is_refused(name, value):
    added = urlencode([(name, value)], quote_via=quote)
    code(url(), query=f"{urlsplit(url()).query}&{added}")


@given(name=st.sampled_from(PARAMETERS), value=text)
def test_a_repeated_parameter_is_refused(name, value):
    added = urlencode([(name, value)], quote_via=quote)
    assert (
        code(url(), query=f"{urlsplit(url()).query}&{added}") == "AuthorizationQueryParametersError"
    )


@given(name=header_names, value=header_values)
def test_a_changed_header_is_refused(name, value):
    # Runs of spaces and those at the ends do not count in a canonical request.
    assume(" ".join(value.split()) != SENT[name])
    assert code(url(), headers={**SENT, name: value}) == "SignatureDoesNotMatch"


@pytest.mark.parametrize("name", sorted(SENT))
def test_a_missing_header_is_refused(name):
    headers = {key: value for key, value in SENT.items() if key != name}
    assert code(url(), headers=headers) == "SignatureDoesNotMatch"


@given(method=st.sampled_from(["GET", "HEAD", "POST", "DELETE", "PATCH", "put"]))
def test_another_method_is_refused(method):
    assume(method.upper() != "PUT")
    assert code(url(), method=method) == "SignatureDoesNotMatch"


@given(path=text)
def test_another_path_is_refused(path):
    assume(path != PATH)
    assert code(url(), path=quoted_path(path)) == "SignatureDoesNotMatch"


@given(query=st.binary(max_size=60))
def test_rubbish_is_refused_as_such(query):
    verifier = Verifier(CREDENTIALS, REGION, lambda: NOW)
    with pytest.raises(Refused):
        verifier.verify("GET", PATH.encode(), query, SENT)


@given(st.data())
def test_rubbish_in_a_parameter_is_refused_as_such(data):
    name = data.draw(st.sampled_from([name for name in PARAMETERS if name.startswith("X-Amz")]))
    value = data.draw(st.text(max_size=30))
    assume(value != dict(parse_qsl(urlsplit(url()).query))[name])
    code(with_parameter(url(), name, value.encode("utf-8", "surrogatepass").decode("latin-1")))


class TestTime:
    def test_a_url_lives_until_it_expires(self):
        verify(url(), now=NOW + 900)
        assert code(url(), now=NOW + 901) == "AccessDenied"

    def test_a_signature_may_be_a_little_ahead(self):
        verify(url(at=NOW + 890))
        assert code(url(at=NOW + 902)) == "AccessDenied"

    def test_fractions_of_a_second_are_cut_off(self):
        assert "X-Amz-Date=20270115T080000Z" in url(at=NOW + 0.999)

    @pytest.mark.parametrize("seconds", ["604801", "-1", "x", "", "9" * 30, "1.5", "9" * 5000])
    def test_a_lifetime_out_of_bounds_is_malformed(self, seconds):
        target = with_parameter(url(), "X-Amz-Expires", seconds)
        target = (
            target if seconds else f"{without_parameter(url(), 'X-Amz-Expires')}&X-Amz-Expires="
        )
        assert code(target) == "AuthorizationQueryParametersError"

    def test_a_week_is_the_most(self):
        verify(url(expires_in=604_800), now=NOW + 604_800)

    @pytest.mark.parametrize(
        "date",
        ["2027-01-15T08:00:00Z", "20270115", "20271315T080000Z", "20270115T080000", "٢" * 15],
    )
    def test_a_date_of_another_form_is_malformed(self, date):
        target = with_parameter(url(), "X-Amz-Date", date)
        assert code(target) == "AuthorizationQueryParametersError"


class TestCredential:
    @pytest.mark.parametrize(
        "credential",
        [
            "photohq",
            "photohq/20270115/us-east-1/s3",
            "photohq/20270114/us-east-1/s3/aws4_request",
            "photohq/20270115/eu-west-1/s3/aws4_request",
            "photohq/20270115/us-east-1/ec2/aws4_request",
            "photohq/20270115/us-east-1/s3/aws5_request",
            "photohq/x/20270115/us-east-1/s3/aws4_request",
        ],
    )
    def test_another_scope_is_malformed(self, credential):
        target = with_parameter(url(), "X-Amz-Credential", credential)
        assert code(target) == "AuthorizationQueryParametersError"

    def test_another_access_key_is_unknown(self):
        target = url(credentials=Credentials("somebody", "secret"))
        assert code(target) == "InvalidAccessKeyId"

    def test_another_secret_does_not_match(self):
        target = url(credentials=Credentials("photohq", "another"))
        assert code(target) == "SignatureDoesNotMatch"

    def test_another_algorithm_is_malformed(self):
        target = with_parameter(url(), "X-Amz-Algorithm", "AWS4-HMAC-SHA1")
        assert code(target) == "AuthorizationQueryParametersError"

    def test_no_signature_at_all_is_denied(self):
        assert code(f"{ORIGIN}/objects/b/k?versionId=1") == "AccessDenied"

    def test_temporary_credentials_sign_their_token(self):
        target = url(credentials=Credentials("photohq", "secret", "token"))
        assert "X-Amz-Security-Token=token" in target


class TestHeaders:
    def test_unsigned_ones_of_amazon_are_denied(self):
        headers = {**SENT, "x-amz-acl": "public-read"}
        assert code(url(), headers=headers) == "AccessDenied"

    def test_other_unsigned_ones_do_not_matter(self):
        verify(url(), headers={**SENT, "user-agent": "x", "x-amzn-trace-id": "y", "range": "z"})

    def test_space_around_values_does_not_matter(self):
        verify(url(), headers={**SENT, "content-type": "  image/jpeg "})


class TestSpelling:
    """A client or a proxy may write a URL in another way that means the same."""

    def test_of_the_path(self):
        path = urlsplit(url()).path
        verify(
            url(), path=path.replace("~", "%7E").replace("%C3", "%c3").replace("a%20b", "%61%20b")
        )

    def test_of_the_query(self):
        query = urlsplit(url()).query
        verify(url(), query=query.replace("%20", "+"))
        verify(url(), query=query.replace("v1", "%76%31"))
        verify(url(), query="&".join(reversed(query.split("&"))))

    def test_default_ports_are_no_part_of_the_host(self):
        target = presign(
            "GET",
            "http://photos.example:80/objects/b/k",
            credentials=CREDENTIALS,
            region=REGION,
            now=NOW,
            expires_in=60,
        )
        verify(target, method="GET", headers={"host": "photos.example"})


def test_the_example_of_the_aws_manual():
    """https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html"""
    target = presign(
        "GET",
        "https://examplebucket.s3.amazonaws.com/test.txt",
        credentials=Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        region="us-east-1",
        now=datetime(2013, 5, 24, tzinfo=UTC).timestamp(),
        expires_in=86400,
    )
    expected = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    assert target.endswith(f"&X-Amz-Signature={expected}")


@given(path=text, query=st.dictionaries(text.filter(bool), text, max_size=3), value=header_values)
def test_what_botocore_signs_by_itself_is_let_in(path, query, value):
    address = ORIGIN + quoted_path(f"/objects/b/{path}")
    headers = {**HEADERS, "content-type": value}
    request = AWSRequest("PUT", address, headers=headers, params=query)
    S3SigV4QueryAuth(CREDENTIALS, "s3", REGION, expires=60).add_auth(request)
    verify(request.url, headers={**SENT, "content-type": value}, now=time.time())
