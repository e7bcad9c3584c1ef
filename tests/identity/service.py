"""The routes of a user pool on loopback, and the clients that call them."""

import json
import os
import threading
import time
from uuid import uuid4

import boto3
import httpx
import uvicorn
from botocore import UNSIGNED
from botocore.config import Config
from starlette.applications import Starlette

from photohq.embedded.database import Database
from photohq.embedded.master_key import MasterKey
from photohq.entrypoints.identity_endpoint import identity_routes
from photohq.entrypoints.server import listen
from photohq.entrypoints.workers import Workers
from photohq.identity.mail.mailer import Mailer
from photohq.identity.mail.outbox import Outbox
from photohq.identity.passwords import Passwords
from photohq.identity.pool import Pool

PASSWORD = "Correct-Horse-7"
WRONG = "Wrong-Horse-7"
JSON = "application/x-amz-json-1.1"


class Service:
    """The routes of a pool on a free port of loopback."""

    def __init__(self, folder, cors_origins=("*",)):
        self.socket = listen("127.0.0.1", 0)
        self.origin = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.outbox = Outbox(folder)
        self.database = Database(folder / "photohq.db")
        self.passwords = Passwords(memory_kib=64, passes=1)
        self.pool = Pool(
            self.database,
            MasterKey(os.urandom(32)),
            Mailer(self.outbox),
            self.origin,
            passwords=self.passwords,
        )
        self.workers = Workers()
        self.app = Starlette(routes=identity_routes(self.pool, self.workers, cors_origins))
        config = uvicorn.Config(self.app, ws="none", lifespan="off", log_config=None)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, args=([self.socket],))
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)
        described = self.pool.describe()
        self.issuer = described.issuer
        self.client_id = described.client_id
        self.http = httpx.Client(base_url=self.origin)
        self.cognito = boto3.client(
            "cognito-idp",
            region_name=described.region,
            endpoint_url=described.identity_endpoint,
            config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}),
        )

    def close(self):
        self.http.close()
        self.cognito.close()
        self.server.should_exit = True
        self.thread.join()
        self.workers.close()
        self.database.close()

    def post(self, action, body, **headers):
        return self.http.post(
            "/identity",
            content=body if isinstance(body, bytes | str) else json.dumps(body),
            headers={
                "X-Amz-Target": f"AWSCognitoIdentityProviderService.{action}",
                "Content-Type": JSON,
                **headers,
            },
        )

    def sign_up(self, email, password=PASSWORD, **changes):
        return self.cognito.sign_up(
            **{
                "ClientId": self.client_id,
                "Username": email,
                "Password": password,
                "UserAttributes": [{"Name": "email", "Value": email}],
                **changes,
            }
        )

    def confirm(self, email, code=None):
        return self.cognito.confirm_sign_up(
            ClientId=self.client_id,
            Username=email,
            ConfirmationCode=code or self.outbox.latest_code(email),
        )

    def initiate_auth(self, flow, **parameters):
        return self.cognito.initiate_auth(
            ClientId=self.client_id, AuthFlow=flow, AuthParameters=parameters
        )

    def sign_in(self, email, password=PASSWORD):
        answer = self.initiate_auth("USER_PASSWORD_AUTH", USERNAME=email, PASSWORD=password)
        return answer["AuthenticationResult"]

    def new_user(self):
        email = new_email()
        self.pool.sign_up.add_confirmed(email, PASSWORD)
        return email


def new_email():
    return f"user-{uuid4().hex}@example.com"
