"""What Cognito's actions do with the pool: from the members of a request to those of an answer.

Members are checked by their shapes already; what they have to be beside that is checked here. Every
function raises Refused.
"""

from collections.abc import Iterator
from typing import Any

from photohq.identity import shapes
from photohq.identity.handshakes import Proof
from photohq.identity.pool import Pool
from photohq.identity.refusals import InvalidParameter, NotAuthorized
from photohq.identity.sessions import SignedIn
from photohq.identity.sign_in import Challenged
from photohq.identity.tokens import LIFETIME
from photohq.identity.users import is_email, user_name

Answer = dict[str, Any]
TOTP = "SOFTWARE_TOKEN_MFA"
REFRESH_FLOWS = ("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN")


def sign_up(pool: Pool, members: dict[str, Any]) -> Answer:
    username = members["Username"]
    if not is_email(username):
        raise InvalidParameter("Username should be an email.")
    for address in _addresses(members["UserAttributes"] or ()):
        if user_name(address) != user_name(username):
            raise InvalidParameter("The email attribute must be the username.")
    user = pool.sign_up.sign_up(username, members["Password"])
    return {
        "UserConfirmed": False,
        "UserSub": user.sub,
        "CodeDeliveryDetails": _delivery(username),
    }


def confirm_sign_up(pool: Pool, members: dict[str, Any]) -> Answer:
    pool.sign_up.confirm(members["Username"], members["ConfirmationCode"])
    return {}


def resend_confirmation_code(pool: Pool, members: dict[str, Any]) -> Answer:
    pool.sign_up.resend_code(members["Username"])
    return {"CodeDeliveryDetails": _delivery(members["Username"])}


def initiate_auth(pool: Pool, members: dict[str, Any]) -> Answer:
    flow = members["AuthFlow"]
    of = _Parameters(members["AuthParameters"])
    if flow == "USER_PASSWORD_AUTH":
        return _outcome(pool.sign_in.with_password(of["USERNAME"], of["PASSWORD"]))
    if flow == "USER_SRP_AUTH":
        return _outcome(pool.sign_in.begin_srp(of["USERNAME"], of["SRP_A"]))
    if flow in REFRESH_FLOWS:
        return _outcome(pool.access.refresh(of["REFRESH_TOKEN"]))
    if flow in {"ADMIN_NO_SRP_AUTH", "ADMIN_USER_PASSWORD_AUTH"}:
        raise InvalidParameter("Initiate Auth method not supported.")
    raise InvalidParameter(f"{flow} is not enabled for the client.")


def respond_to_auth_challenge(pool: Pool, members: dict[str, Any]) -> Answer:
    challenge = members["ChallengeName"]
    of = _Parameters(members["ChallengeResponses"])
    if challenge == "PASSWORD_VERIFIER":
        proof = Proof(
            secret_block=of["PASSWORD_CLAIM_SECRET_BLOCK"],
            signature=of["PASSWORD_CLAIM_SIGNATURE"],
            timestamp=of["TIMESTAMP"],
        )
        return _outcome(pool.sign_in.finish_srp(of["USERNAME"], proof))
    if challenge not in {TOTP, "MFA_SETUP"}:
        raise InvalidParameter(f"{challenge} is not enabled for the client.")
    session = members["Session"]
    if session is None:
        raise InvalidParameter("Missing required parameter Session")
    if challenge == TOTP:
        code = of["SOFTWARE_TOKEN_MFA_CODE"]
        return _outcome(pool.sign_in.with_code(session, of["USERNAME"], code))
    return _outcome(pool.sign_in.with_set_up(session, of["USERNAME"]))


def get_tokens_from_refresh_token(pool: Pool, members: dict[str, Any]) -> Answer:
    return {"AuthenticationResult": _tokens(pool.access.refresh(members["RefreshToken"]))}


def associate_software_token(pool: Pool, members: dict[str, Any]) -> Answer:
    if _by_session(members):
        seed, session = pool.sign_in.associate(members["Session"])
        return {"SecretCode": seed, "Session": session}
    return {"SecretCode": pool.account.associate_app(members["AccessToken"])}


def verify_software_token(pool: Pool, members: dict[str, Any]) -> Answer:
    code = members["UserCode"]
    if _by_session(members):
        return {"Status": "SUCCESS", "Session": pool.sign_in.prove(members["Session"], code)}
    pool.account.prove_app(members["AccessToken"], code)
    return {"Status": "SUCCESS"}


def set_user_mfa_preference(pool: Pool, members: dict[str, Any]) -> Answer:
    for name in ("SMSMfaSettings", "EmailMfaSettings", "WebAuthnMfaSettings"):
        if any((members[name] or {}).values()):
            raise InvalidParameter(f"{name} can't be turned on in this user pool.")
    wanted = members["SoftwareTokenMfaSettings"]
    if wanted is None:
        pool.access.check(members["AccessToken"])
        return {}
    enabled = bool(wanted.get("Enabled"))
    preferred = bool(wanted.get("PreferredMfa"))
    if preferred and not enabled:
        raise InvalidParameter("A preferred MFA method has to be enabled.")
    pool.account.prefer_app(members["AccessToken"], enabled=enabled, preferred=preferred)
    return {}


def forgot_password(pool: Pool, members: dict[str, Any]) -> Answer:
    pool.recovery.forgot(members["Username"])
    return {"CodeDeliveryDetails": _delivery(members["Username"])}


def confirm_forgot_password(pool: Pool, members: dict[str, Any]) -> Answer:
    pool.recovery.confirm(members["Username"], members["ConfirmationCode"], members["Password"])
    return {}


def change_password(pool: Pool, members: dict[str, Any]) -> Answer:
    pool.account.change_password(
        members["AccessToken"], members["PreviousPassword"], members["ProposedPassword"]
    )
    return {}


def get_user(pool: Pool, members: dict[str, Any]) -> Answer:
    user = pool.access.user(members["AccessToken"])
    attributes = {
        "sub": user.sub,
        "email": user.email,
        "email_verified": "true" if user.confirmed else "false",
    }
    answer: Answer = {
        "Username": user.sub,
        "UserAttributes": [{"Name": name, "Value": value} for name, value in attributes.items()],
    }
    enabled, preferred = pool.account.app(user)
    if enabled:
        answer["UserMFASettingList"] = [TOTP]
    if preferred:
        answer["PreferredMfaSetting"] = TOTP
    return answer


def update_user_attributes(pool: Pool, members: dict[str, Any]) -> Answer:
    addresses = list(_addresses(members["UserAttributes"]))
    if len(addresses) > 1:
        raise InvalidParameter("The email attribute is given twice.")
    token = members["AccessToken"]
    if not addresses:
        pool.access.check(token)
        return {"CodeDeliveryDetailsList": []}
    mailed = pool.account.change_email(token, addresses[0])
    return {"CodeDeliveryDetailsList": [_delivery(mailed)] if mailed else []}


def get_user_attribute_verification_code(pool: Pool, members: dict[str, Any]) -> Answer:
    _check_email_attribute(members["AttributeName"])
    mailed = pool.account.resend_email_code(members["AccessToken"])
    return {"CodeDeliveryDetails": _delivery(mailed)}


def verify_user_attribute(pool: Pool, members: dict[str, Any]) -> Answer:
    _check_email_attribute(members["AttributeName"])
    pool.account.confirm_email(members["AccessToken"], members["Code"])
    return {}


def revoke_token(pool: Pool, members: dict[str, Any]) -> Answer:
    pool.access.revoke(members["Token"])
    return {}


def global_sign_out(pool: Pool, members: dict[str, Any]) -> Answer:
    pool.access.sign_out_everywhere(members["AccessToken"])
    return {}


def delete_user(pool: Pool, members: dict[str, Any]) -> None:
    pool.account.leave(members["AccessToken"])


class _Parameters:
    """The parameters of a sign-in; each is a refusal where it is missing or empty."""

    def __init__(self, texts: dict[str, str] | None) -> None:
        self._texts = texts or {}

    def __getitem__(self, name: str) -> str:
        text = self._texts.get(name)
        if not text:
            raise InvalidParameter(f"Missing required parameter {name}")
        if name == "USERNAME":
            shapes.check("username", shapes.USERNAME, text)
        return text


def _outcome(outcome: SignedIn | Challenged) -> Answer:
    if isinstance(outcome, SignedIn):
        return {"AuthenticationResult": _tokens(outcome), "ChallengeParameters": {}}
    answer: Answer = {
        "ChallengeName": outcome.name,
        "ChallengeParameters": outcome.parameters,
    }
    if outcome.session:
        answer["Session"] = outcome.session
    return answer


def _tokens(signed_in: SignedIn) -> Answer:
    result = {
        "AccessToken": signed_in.access_token,
        "ExpiresIn": LIFETIME,
        "TokenType": "Bearer",
        "IdToken": signed_in.id_token,
    }
    if signed_in.refresh_token:
        result["RefreshToken"] = signed_in.refresh_token
    return result


def _by_session(members: dict[str, Any]) -> bool:
    """Tell whether a request shows a session rather than an access token; it has to be one."""
    session, token = members["Session"], members["AccessToken"]
    if (session is None) == (token is None):
        raise InvalidParameter("Either AccessToken or Session must be given, and not both.")
    return session is not None


def _addresses(attributes: Any) -> Iterator[str]:
    """Answer the values of the one attribute that users may write."""
    for attribute in attributes:
        if attribute["Name"] != "email":
            raise NotAuthorized("A client attempted to write unauthorized attribute")
        yield attribute.get("Value") or ""


def _check_email_attribute(name: str) -> None:
    if name != "email":
        raise InvalidParameter("Only the email attribute can be verified.")


def _delivery(address: str) -> Answer:
    """Say where a code went, masked as Cognito does; the same for an unknown user."""
    local, _, domain = user_name(address).partition("@")
    return {
        "AttributeName": "email",
        "DeliveryMedium": "EMAIL",
        "Destination": f"{local[:1]}***@{domain[:1]}***",
    }
