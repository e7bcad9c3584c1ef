"""Uvicorn's HTTP protocol; what is no HTTP is refused in the contract's form, too."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from photohq.api.problems import HttpProblem, problem_response
from photohq.api.request_id import HEADER, request_id


class Protocol(HttpToolsProtocol):
    def send_400_response(self, msg: str) -> None:
        """Answer bytes that can't be parsed, an unknown method among them, and hang up."""
        identifier = request_id(None)
        problem = HttpProblem(400, "malformed_request", msg)
        response = problem_response(problem, "/", identifier)
        headers = {
            **response.headers,
            HEADER: identifier,
            "Access-Control-Allow-Origin": "*",
            "Content-Length": str(len(response.body)),
            "Connection": "close",
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.transport.write(f"HTTP/1.1 400 Bad Request\r\n{head}\r\n".encode() + response.body)
        self.transport.close()
