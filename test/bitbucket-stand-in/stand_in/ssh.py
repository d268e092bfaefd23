"""The port of SSH: there is somebody, who lets nobody in."""

from socketserver import StreamRequestHandler, ThreadingTCPServer


class _Banner(StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b'SSH-2.0-stand-in\r\n')


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def open_ssh(port: int) -> ThreadingTCPServer:
    """Listens from now on, and answers when it is served."""
    return _Server(('0.0.0.0', port), _Banner)
