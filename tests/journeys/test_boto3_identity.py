"""A life with the user pool through boto3's client as it comes, with every action there is."""

import contextlib
import time

import boto3
import pyotp
import pytest
from tests.contract.deployment import PASSWORD

NEW_PASSWORD, NEWEST_PASSWORD = "Battery-Staple-8", "Purple-Monkey-9"
MAILED = {"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "u***@e***"}


def test_from_sign_up_to_leaving(deployment):
    client_id = deployment.client_id
    pool = boto3.client(
        "cognito-idp",
        region_name=deployment.config["region"],
        endpoint_url=deployment.config["identity_endpoint"],
    )
    errors = pool.exceptions

    def sign_in(username, password):
        return pool.initiate_auth(
            ClientId=client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": username, "PASSWORD": password},
        )

    def signed_in(username, password):
        return sign_in(username, password)["AuthenticationResult"]

    def attributes(access_token):
        user = pool.get_user(AccessToken=access_token)
        return {attribute["Name"]: attribute["Value"] for attribute in user["UserAttributes"]}

    def is_let_in(tokens):
        answer = deployment.client(tokens["AccessToken"]).get("/photos")
        assert answer.status_code in {200, 401}
        return answer.status_code == 200

    with contextlib.closing(pool):
        # sign up, and confirm the address by the second mail
        email = deployment.new_email()
        signed_up = pool.sign_up(
            ClientId=client_id,
            Username=email,
            Password=PASSWORD,
            UserAttributes=[{"Name": "email", "Value": email}],
        )
        assert signed_up["UserConfirmed"] is False
        assert signed_up["CodeDeliveryDetails"] == MAILED
        with pytest.raises(errors.UserNotConfirmedException):
            sign_in(email, PASSWORD)
        first = deployment.code(email)
        again = pool.resend_confirmation_code(ClientId=client_id, Username=email)
        assert again["CodeDeliveryDetails"] == MAILED
        code = deployment.code(email, other_than=first)
        pool.confirm_sign_up(ClientId=client_id, Username=email, ConfirmationCode=code)

        # sign in, and refresh the session in both ways
        tokens = signed_in(email, PASSWORD)
        assert (tokens["TokenType"], tokens["ExpiresIn"]) == ("Bearer", 3600)
        assert attributes(tokens["AccessToken"]) == {
            "sub": signed_up["UserSub"],
            "email": email,
            "email_verified": "true",
        }
        renewed = pool.initiate_auth(
            ClientId=client_id,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]},
        )["AuthenticationResult"]
        assert "RefreshToken" not in renewed
        assert is_let_in(renewed)
        renewed = pool.get_tokens_from_refresh_token(
            ClientId=client_id, RefreshToken=tokens["RefreshToken"]
        )["AuthenticationResult"]
        assert is_let_in(renewed)
        token = renewed["AccessToken"]

        # set an authenticator app up, and sign in with it
        app = pyotp.TOTP(pool.associate_software_token(AccessToken=token)["SecretCode"])
        now = time.time()
        verified = pool.verify_software_token(AccessToken=token, UserCode=app.at(now))
        assert verified["Status"] == "SUCCESS"
        pool.set_user_mfa_preference(
            AccessToken=token, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True}
        )
        user = pool.get_user(AccessToken=token)
        assert user["UserMFASettingList"] == ["SOFTWARE_TOKEN_MFA"]
        assert user["PreferredMfaSetting"] == "SOFTWARE_TOKEN_MFA"
        asked = sign_in(email, PASSWORD)
        assert asked["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
        with_app = pool.respond_to_auth_challenge(
            ClientId=client_id,
            ChallengeName=asked["ChallengeName"],
            Session=asked["Session"],
            ChallengeResponses={
                "USERNAME": email,
                "SOFTWARE_TOKEN_MFA_CODE": app.at(now + app.interval),
            },
        )["AuthenticationResult"]
        assert is_let_in(with_app)
        pool.set_user_mfa_preference(AccessToken=token, SoftwareTokenMfaSettings={"Enabled": False})

        # revoke that session; the first one goes on
        pool.revoke_token(ClientId=client_id, Token=with_app["RefreshToken"])
        assert not is_let_in(with_app)
        assert is_let_in(tokens)

        # move to another address
        email, former = deployment.new_email(), email
        changed = pool.update_user_attributes(
            AccessToken=token, UserAttributes=[{"Name": "email", "Value": email}]
        )
        assert changed["CodeDeliveryDetailsList"] == [MAILED]
        first = deployment.code(email)
        again = pool.get_user_attribute_verification_code(AccessToken=token, AttributeName="email")
        assert again["CodeDeliveryDetails"] == MAILED
        assert attributes(token)["email"] == former
        pool.verify_user_attribute(
            AccessToken=token,
            AttributeName="email",
            Code=deployment.code(email, other_than=first),
        )
        assert attributes(token)["email"] == email

        # change the password, which ends the other sessions; forget it; set it anew
        other = signed_in(email, PASSWORD)
        pool.change_password(
            AccessToken=token, PreviousPassword=PASSWORD, ProposedPassword=NEW_PASSWORD
        )
        assert is_let_in(tokens)
        assert not is_let_in(other)
        first = deployment.code(email)
        forgot = pool.forgot_password(ClientId=client_id, Username=email)
        assert forgot["CodeDeliveryDetails"] == MAILED
        pool.confirm_forgot_password(
            ClientId=client_id,
            Username=email,
            ConfirmationCode=deployment.code(email, other_than=first),
            Password=NEWEST_PASSWORD,
        )
        assert not is_let_in(tokens)
        with pytest.raises(errors.NotAuthorizedException):
            sign_in(email, NEW_PASSWORD)

        # sign out everywhere
        here, there = signed_in(email, NEWEST_PASSWORD), signed_in(email, NEWEST_PASSWORD)
        pool.global_sign_out(AccessToken=here["AccessToken"])
        for ended in (here, there):
            assert not is_let_in(ended)
            with pytest.raises(errors.NotAuthorizedException):
                pool.get_user(AccessToken=ended["AccessToken"])

        # leave
        last = signed_in(email, NEWEST_PASSWORD)
        pool.delete_user(AccessToken=last["AccessToken"])
        assert not is_let_in(last)
        with pytest.raises(errors.NotAuthorizedException):
            sign_in(email, NEWEST_PASSWORD)
