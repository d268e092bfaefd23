"""A request and its response, whatever connector they come by."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from functools import cached_property
from typing import IO, Any
from urllib.parse import parse_qs, unquote


@dataclass
class Response:
    """What is sent back; a body in parts is sent as it comes."""

    status: int
    body: bytes | Iterator[bytes] = b''
    content_type: str = ''
    headers: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Request:
    """What has come, with `path` below the context path."""

    method: str
    path: str
    query: str
    headers: Message
    body: IO[bytes]
    base: str
    """The URL of the context as the connector believes it to be reached."""

    is_secure: bool
    username: str | None = None

    @cached_property
    def parameters(self) -> dict[str, str]:
        """Of the query and of a form; the first value of each."""
        found = parse_qs(self.query, keep_blank_values=True)
        if self.headers.get_content_type() == 'application/x-www-form-urlencoded' and self.method == 'POST':
            form = parse_qs(self.body.read().decode(), keep_blank_values=True)
            found = {**form, **found}
        return {name: values[0] for name, values in found.items()}

    def all_of(self, name: str) -> list[str]:
        """All values of a parameter of the query."""
        return parse_qs(self.query).get(name, [])

    @cached_property
    def json(self) -> Any:
        """The body; nothing where it is not JSON."""
        try:
            return json.loads(self.body.read())
        except ValueError:
            return None

    @property
    def segments(self) -> list[str]:
        """The decoded parts of the path."""
        return [unquote(part) for part in self.path.split('/') if part]


def json_response(status: int, value: Any) -> Response:
    """JSON as Bitbucket sends it."""
    return Response(status, json.dumps(value, separators=(',', ':')).encode(), 'application/json;charset=UTF-8')


def error_response(status: int, message: str, exception: str | None = None) -> Response:
    """Bitbucket's form of an error."""
    return json_response(status, {'errors': [{'context': None, 'message': message, 'exceptionName': exception}]})


def html_response(status: int, title: str, content: str) -> Response:
    """A page."""
    page = f'<!DOCTYPE html>\n<html><head><title>{title}</title></head><body>\n{content}\n</body></html>\n'
    return Response(status, page.encode(), 'text/html;charset=UTF-8')


def redirect(location: str) -> Response:
    """302 Found."""
    return Response(302, headers=[('Location', location)])


def page_of(values: list[Any], request: Request) -> Response:
    """A page of values: 25 unless the client says how many."""
    start = _natural(request.parameters.get('start', ''), 0)
    limit = _natural(request.parameters.get('limit', ''), 25) or 25
    end = start + limit
    chosen = values[start:end]
    is_last = end >= len(values)
    page = {'size': len(chosen), 'limit': limit, 'isLastPage': is_last, 'values': chosen, 'start': start}
    return json_response(200, page if is_last else {**page, 'nextPageStart': end})


def _natural(text: str, default: int) -> int:
    return int(text) if text.isdecimal() else default
