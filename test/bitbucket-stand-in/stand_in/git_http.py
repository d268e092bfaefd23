"""Git over HTTP at /scm/<project>/<repository>.git, by Git's own http-backend."""

import os
import subprocess
import threading
from collections.abc import Iterator
from io import BufferedReader
from typing import IO, cast

from .exchange import Request, Response
from .permissions import Permissions
from .repositories import Repositories
from .rules import RuleSet

_CHUNK = 1 << 16


class GitHttp:
    """Fetches for everyone with a licence, pushes for those who may write."""

    def __init__(self, repositories: Repositories, permissions: Permissions, rules: RuleSet) -> None:
        self._repositories = repositories
        self._permissions = permissions
        self._rules = rules

    def answer(self, request: Request) -> Response:
        """One request of Git's protocol."""
        if request.username is None:
            challenge = ('WWW-Authenticate', 'Basic realm="Atlassian Bitbucket"')
            return Response(401, b'Authentication required\n', 'text/plain', [challenge])
        parts = request.segments
        folder = None
        if len(parts) > 2 and parts[2].endswith('.git'):
            folder = self._repositories.folder(parts[1], parts[2].removesuffix('.git'))
        if folder is None:
            return Response(404, b'Repository not found\n', 'text/plain')
        if 'git-receive-pack' in (parts[-1], request.query.removeprefix('service=')):
            if not self._repositories.may_write(request.username, parts[1]):
                return Response(403, b'You are not permitted to push to this repository\n', 'text/plain')
            if 'licence-limit-push' in self._rules and self._permissions.exceeds_licence():
                return Response(403, b'The limit of users of the licence is exceeded\n', 'text/plain')
        return _run_backend(request, f'/{folder.name}/{"/".join(parts[3:])}', str(folder.parent))


def _run_backend(request: Request, path: str, root: str) -> Response:
    request.body.seek(0, os.SEEK_END)
    length = request.body.tell()
    request.body.seek(0)
    environment = {
        'PATH': os.environ['PATH'],
        'GIT_PROJECT_ROOT': root,
        'GIT_HTTP_EXPORT_ALL': '1',
        'GIT_CONFIG_NOSYSTEM': '1',
        'GIT_PROTOCOL': request.headers.get('Git-Protocol', ''),
        'PATH_INFO': path,
        'QUERY_STRING': request.query,
        'REQUEST_METHOD': request.method,
        'REMOTE_USER': request.username or '',
        'CONTENT_TYPE': request.headers.get('Content-Type', ''),
        'CONTENT_LENGTH': str(length),
        'HTTP_CONTENT_ENCODING': request.headers.get('Content-Encoding', ''),
    }
    backend = subprocess.Popen(
        ['git', 'http-backend'], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert backend.stdin is not None
    output = cast(BufferedReader, backend.stdout)
    # In the background: http-backend answers before it has read everything.
    feeder = threading.Thread(target=_feed, args=(request, backend.stdin))
    feeder.start()
    status, content_type, headers = 200, '', []
    for line in iter(lambda: output.readline().strip().decode(), ''):
        name, _, value = line.partition(': ')
        if name.lower() == 'status':
            status = int(value.split()[0])
        elif name.lower() == 'content-type':
            content_type = value
        elif name.lower() != 'content-length':
            headers.append((name, value))
    return Response(status, _output(backend, output, feeder), content_type, headers)


def _feed(request: Request, target: IO[bytes]) -> None:
    try:
        with target:
            while part := request.body.read(_CHUNK):
                target.write(part)
    except BrokenPipeError:
        pass  # It has refused the request, and says so itself.


def _output(
    backend: 'subprocess.Popen[bytes]', output: BufferedReader, feeder: threading.Thread
) -> Iterator[bytes]:
    try:
        while part := output.read1(_CHUNK):
            yield part
    finally:
        output.close()
        feeder.join()
        backend.wait()
