"""Serves the app's page at an address of this computer, until it is stopped."""

import contextlib
import errno
import importlib.util
import os
import signal
import socket
import sys
import tempfile
import threading
import webbrowser

from illustration_parts.app import work
from illustration_parts.system.cli import describe, name_install

# The page may load nothing from elsewhere, and send nothing there.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; "
    "connect-src 'self' data: blob:; frame-ancestors 'none'"
)
THIS_COMPUTER = ("127.0.0.1", "localhost")
HEADERS = ((b"content-security-policy", POLICY.encode()), (b"referrer-policy", b"no-referrer"))


class StartError(Exception):
    """The app cannot start; the message says why."""


def serve(host, port, opens=False, **how):
    """Serve the page until the process is interrupted or terminated.

    Args:
        host: address to serve it at. port: its port; 0 for any that is free.
        opens: whether to open the page in a browser.
        **how: of `work.Workshop`.

    Raises:
        StartError: if Gradio is missing, or the address cannot be had.
    """
    if importlib.util.find_spec("gradio") is None:
        raise StartError(f"the app needs gradio: {name_install('requirements-app.txt')}")
    with listen(host, port) as listener, tempfile.TemporaryDirectory(prefix="illustration-parts-") as folder:
        # Gradio reads these when it is imported.
        os.environ |= {
            "GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_DISABLE_TELEMETRY": "1", "GRADIO_TEMP_DIR": folder,
        }  # fmt: skip
        with work.Workshop(folder, **how) as workshop:
            run(make_site(workshop, host, port), listener, workshop, opens)


def listen(host, port):
    """Return a socket that listens at an address. Raises StartError, with a sentence for each usual reason."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except OverflowError as error:
        raise StartError(f"port {port}: {describe(error)}") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = f"port {port} is in use: choose another with --port, or stop what uses it"
        elif error.errno == errno.EACCES:
            reason = f"port {port} may not be used: choose one of 1024 or above with --port"
        elif isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            reason = f"{host} is no address of this computer: choose another with --host"
        else:
            reason = f"{host}, port {port}: {describe(error)}"
        raise StartError(reason) from None


def name_address(host, port):
    """Return the address that a browser of this computer opens."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{host}:{port}"


def make_site(workshop, host, port):
    """Return the ASGI application: the page, with headers that forbid to load from or send to anywhere else."""
    import fastapi
    import gradio
    import starlette.requests
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    from illustration_parts.app import page

    site = fastapi.FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    if host in THIS_COMPUTER:  # no other name that a page elsewhere has led here
        site.add_middleware(TrustedHostMiddleware, allowed_hosts=list(THIS_COMPUTER))
    site.add_middleware(AddHeaders, gone=starlette.requests.ClientDisconnect)
    return gradio.mount_gradio_app(
        site, page.Page(workshop).build(), path="/", server_name=host, server_port=port,
        footer_links=["api", "settings"], run_history=False, show_error=True, ssr_mode=False, pwa=False,
        mcp_server=False, enable_monitoring=False, theme=page.theme(), css=page.CSS, head=page.PASTE,
    )  # fmt: skip


class AddHeaders:
    """ASGI middleware: every answer carries `HEADERS`. Errors of the class `gone` are dropped: a browser has left."""

    def __init__(self, app, gone):
        self.app, self.gone = app, gone

    async def __call__(self, scope, receive, send):
        """Pass a request on, and its answer back."""

        async def send_more(message):
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            await send(message)

        with contextlib.suppress(self.gone):
            await self.app(scope, receive, send_more)


def run(site, listener, workshop, opens):
    """Run the server until a signal comes; what runs then is stopped, and the signal raised again.

    Args:
        site: of `make_site`. listener: of `listen`. workshop: a `work.Workshop`. opens: whether to open a browser.
    """
    import uvicorn

    ended: list = []  # signals
    url = name_address(*listener.getsockname()[:2])

    class Server(uvicorn.Server):
        async def startup(self, sockets=None):
            await super().startup(sockets)
            print(f"app.py: open {url} in a browser; Ctrl-C stops", flush=True)
            if opens:
                threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()

        def handle_exit(self, sig, frame):
            ended.append(sig)
            workshop.halt()
            super().handle_exit(sig, frame)

    Server(uvicorn.Config(site, log_level="warning", timeout_graceful_shutdown=1)).run(sockets=[listener])
    # The server raises the signal again. A shell may have let its background jobs ignore it.
    if signal.SIGINT in ended:
        raise KeyboardInterrupt
    sys.exit(128 + ended[0] if ended else 1)
