"""One whole journey, as an application makes it: boto3 for sign-in, httpx for the photos."""

import contextlib

import boto3
import httpx
from botocore import UNSIGNED
from botocore.config import Config
from tests.contract.deployment import eventually
from tests.contract.pictures import LEAST, jpeg

HERE = {"uploaded", "processing", "ready"}


def test_from_sign_up_to_the_last_delete(deployment):
    config = httpx.get(f"{deployment.base_url}/config").raise_for_status().json()
    email, password = deployment.new_email(), "Correct-Horse-7"

    # sign up, confirm the address, sign in
    pool = boto3.client(
        "cognito-idp",
        region_name=config["region"],
        endpoint_url=config["identity_endpoint"],
        config=Config(signature_version=UNSIGNED),
    )
    client_id = config["client_id"]
    signed_up = pool.sign_up(
        ClientId=client_id,
        Username=email,
        Password=password,
        UserAttributes=[{"Name": "email", "Value": email}],
    )
    deployment.confirm_new(email)
    tokens = pool.initiate_auth(
        ClientId=client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": email, "PASSWORD": password},
    )["AuthenticationResult"]
    api = httpx.Client(
        base_url=deployment.base_url,
        headers={"Authorization": f"Bearer {tokens['AccessToken']}"},
        timeout=60,
    )
    storage = httpx.Client(timeout=60)

    def ask(method, path, **more):
        return api.request(method, path, **more).raise_for_status().json()

    def send(ticket, content):
        answer = storage.request(
            ticket["upload_method"],
            ticket["upload_url"],
            headers=ticket["upload_headers"],
            content=content,
        )
        assert answer.status_code == 200, answer.text

    def download(photo_id, version):
        view = ask("GET", f"/photos/{photo_id}", params={"version": version})
        return storage.get(view["download_url"]).raise_for_status().content

    def listed(**query):
        return [photo["photo_id"] for photo in ask("GET", "/photos", params=query)["photos"]]

    with api, storage, contextlib.closing(pool):
        assert listed() == []

        # upload three originals and wait until they have arrived
        originals = {}
        for n in range(3):
            content = jpeg(LEAST + n, seed=n)
            body = {
                "filename": f"day {n} \U0001f305.jpg",
                "content_type": "image/jpeg",
                "file_size": len(content),
                "tags": ["holiday", f"day-{n}"],
            }
            ticket = ask("POST", "/photos/upload", json=body)
            assert ticket["status"] == "pending_upload"
            send(ticket, content)
            originals[ticket["photo_id"]] = content
        for photo_id in originals:
            assert eventually(lambda: ask("GET", f"/photos/{photo_id}")["status"] in HERE)  # noqa: B023

        # list them, a page at a time
        newest_first = list(originals)[::-1]
        assert eventually(lambda: listed() == newest_first)
        page = ask("GET", "/photos", params={"limit": 2})
        assert page["has_more"]
        rest = ask(
            "GET", "/photos", params={"limit": 2, "last_evaluated_key": page["last_evaluated_key"]}
        )
        walked = [photo["photo_id"] for photo in page["photos"] + rest["photos"]]
        assert walked == newest_first
        assert not rest["has_more"]

        # download and compare
        for photo_id, content in originals.items():
            assert download(photo_id, "original") == content

        # edit one photo, then replace the edit
        edited_id = newest_first[1]
        for count in (1, 2):
            content = jpeg(70_000 * count, seed=10 + count)
            body = {
                "filename": f"edit {count}.jpg",
                "content_type": "image/jpeg",
                "file_size": len(content),
            }
            ticket = ask("PUT", f"/photos/{edited_id}/edit", json=body)
            assert ticket["edit_count"] == count
            assert ("previous_version" in ticket) == (count == 2)
            send(ticket, content)
            assert eventually(lambda: download(edited_id, "edited") == content)  # noqa: B023
            assert download(edited_id, "original") == originals[edited_id]

        # look at what is known of it
        metadata = ask("GET", f"/photos/{edited_id}/metadata")
        assert metadata["user_id"] == signed_up["UserSub"]
        assert metadata["tags"] == ["holiday", "day-1"]
        assert metadata["original"]["filename"] == "day 1 \U0001f305.jpg"
        assert metadata["edited"]["filename"] == "edit 2.jpg"
        assert metadata["edited"]["edit_count"] == 2

        # filter
        assert eventually(lambda: listed(version_type="edited") == [edited_id])
        unedited = [photo_id for photo_id in newest_first if photo_id != edited_id]
        assert eventually(lambda: listed(version_type="original") == unedited)

        # delete
        for photo_id in newest_first:
            deleted = ask("DELETE", f"/photos/{photo_id}")
            kinds = {item["type"] for item in deleted["deleted_items"]} - {"rendition"}
            expected = {"original", "edited"} if photo_id == edited_id else {"original"}
            assert kinds == expected
            assert api.get(f"/photos/{photo_id}").status_code == 404
        assert eventually(lambda: listed() == [])
