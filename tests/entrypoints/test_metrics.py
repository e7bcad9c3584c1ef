import socket

import httpx
from tests.contract.serving import Server, run


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def test_the_admin_listener_counts_requests_by_route_and_tells_nothing_else(tmp_path):
    port = _free_port()
    with Server(tmp_path, PHOTOHQ_ADMIN_PORT=str(port)) as server:
        for path in ("/healthz", "/photos/secret-id/metadata", "/nowhere"):
            httpx.get(server.url + path)
        text = httpx.get(f"http://127.0.0.1:{port}/metrics").text
        assert httpx.get(f"{server.url}/metrics").status_code == 404
    counted = 'photohq_requests_total{method="GET",route="%s",status="%s"} 1.0'
    assert counted % ("get_health", 200) in text
    assert counted % ("get_metadata", 401) in text
    assert 'route="none",status="404"' in text
    assert "secret-id" not in text


def test_an_admin_port_in_use_is_one_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        words = ("serve", "--data", str(tmp_path / "data"), "--port", "0")
        done = run(tmp_path, *words, PHOTOHQ_ADMIN_PORT=port)
    assert done.returncode == 2
    assert f"Can't listen on 127.0.0.1:{port}" in done.stderr
    assert "Traceback" not in done.stderr
