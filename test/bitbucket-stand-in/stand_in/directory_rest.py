"""What REST tells about directories: /rest/crowd/1/directory and /rest/api/latest/admin/user-directories."""

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from .directories import Directories, Directory
from .exchange import Request, Response, error_response, json_response, page_of
from .permissions import Permissions
from .rules import RuleSet
from .synchronisation import describe

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


class DirectoryRest:
    """Only GETs: REST cannot create a directory."""

    def __init__(self, directories: Directories, permissions: Permissions, rules: RuleSet) -> None:
        self._directories = directories
        self._permissions = permissions
        self._rules = rules

    def answer_crowd(self, request: Request) -> Response:
        """/rest/crowd/1/directory[/id], for system administrators; XML unless the client wants JSON."""
        if 'sysadmin-only' in self._rules and not self._permissions.has(request.username, 'SYS_ADMIN'):
            if request.username is None:
                return error_response(401, 'Client must be authenticated to access this resource.')
            return error_response(403, 'Client must be authenticated as a system administrator.')
        if request.method != 'GET':
            return error_response(405, 'Method not allowed')
        wants_json = 'application/json' in request.headers.get('Accept', '')
        identifier = request.segments[4:]
        if not identifier:
            entities = [self._entity(directory, request) for directory in self._directories.all()]
            if wants_json:
                return json_response(200, {'directory': entities})
            inner = ''.join(_xml(entity) for entity in entities)
            return _xml_response(f'<directories>{inner}</directories>')
        directory = self._directories.find(int(identifier[0])) if identifier[0].isdecimal() else None
        if directory is None:
            return Response(404)
        entity = self._entity(directory, request)
        return json_response(200, entity) if wants_json else _xml_response(_xml(entity))

    @staticmethod
    def _entity(directory: Directory, request: Request) -> dict[str, Any]:
        link = {'href': f'{request.base}/rest/crowd/1/directory/{directory["id"]}', 'rel': 'self'}
        synchronisation = describe(directory)
        entity: dict[str, Any] = {'name': directory['name'], 'link': [link]}
        return entity if synchronisation is None else {**entity, 'synchronisation': synchronisation}

    def answer_api(self, request: Request) -> Response:
        """/rest/api/latest/admin/user-directories, without ids."""
        if not self._permissions.has(request.username, 'ADMIN'):
            return error_response(401, 'You are not permitted to access this resource')
        inactive_too = request.parameters.get('includeInactive', '') == 'true'
        values = [
            {
                'name': directory['name'],
                'active': directory['active'],
                'type': directory['kind'],
                'description': directory.get('values', {}).get('type', ''),
            }
            for directory in self._directories.all()
            if directory['active'] or inactive_too
        ]
        return page_of(values, request)


def _xml(entity: dict[str, Any]) -> str:
    link = entity['link'][0]
    inner = f'<link href={quoteattr(link["href"])} rel="self"/>'
    if 'synchronisation' in entity:
        elements = (f'<{name}>{escape(str(value))}</{name}>' for name, value in entity['synchronisation'].items())
        inner += f'<synchronisation>{"".join(elements)}</synchronisation>'
    return f'<directory name={quoteattr(entity["name"])}>{inner}</directory>'


def _xml_response(content: str) -> Response:
    return Response(200, (_XML + content).encode(), 'application/xml')
