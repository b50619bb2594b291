"""An HTTP server and a mail server on loopback that keep what they get.

Here: the two servers. Not here: what is expected of it.
"""

import socketserver
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import TracebackType
from typing import Self


class _Serving:
    """A server in a thread for the length of a block."""

    server: socketserver.TCPServer

    def __enter__(self) -> Self:
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.shutdown()
        self.server.server_close()


class HookServer(_Serving):
    """Answers every POST with `status`; `bodies` are what came."""

    def __init__(self, status: int = 200) -> None:
        bodies: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                bodies.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.send_response(status)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
                """Say nothing."""

        self.bodies = bodies
        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook/secret-path"


class MailServer(_Serving):
    """Takes mails without TLS and without a password; `mails` are their texts, `recipients` who was named."""

    def __init__(self) -> None:
        mails: list[str] = []
        recipients: list[str] = []

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.wfile.write(b"220 ready\r\n")
                while line := self.rfile.readline().decode().strip():
                    verb = line[:4].upper()
                    if verb == "RCPT":
                        recipients.append(line.partition("<")[2].partition(">")[0])
                    if verb == "DATA":
                        self.wfile.write(b"354 go on\r\n")
                        lines = []
                        while (text := self.rfile.readline().decode().rstrip("\r\n")) != ".":
                            lines.append(text)
                        mails.append("\n".join(lines))
                    self.wfile.write(b"221 bye\r\n" if verb == "QUIT" else b"250 well\r\n")
                    if verb == "QUIT":
                        return

        self.mails, self.recipients = mails, recipients
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.url = f"smtp://127.0.0.1:{self.server.server_address[1]}"
