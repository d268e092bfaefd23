"""Projects and repositories, as simple as can be: everyone with a licence reads, the creator and ADMIN write."""

import re
import subprocess
from pathlib import Path
from typing import Any

from .exchange import Request, Response, error_response, json_response, page_of
from .permissions import Permissions
from .properties import Settings
from .store import Store

Project = dict[str, Any]


class Repositories:
    """/rest/api/latest/projects and what is below it."""

    def __init__(self, store: Store, permissions: Permissions, settings: Settings) -> None:
        self._store = store
        self._permissions = permissions
        self._ssh = settings.text('plugin.ssh.baseurl').rstrip('/')

    def project(self, key: str) -> Project | None:
        """By key, in any case."""
        found: Project | None = self._store.state['projects'].get(key.upper())
        return found

    def folder(self, project: str, slug: str) -> Path | None:
        """The repository's folder."""
        found = self.project(project)
        repository = found['repositories'].get(slug.lower()) if found else None
        return self._store.repositories / str(repository['id']) if repository else None

    def may_write(self, username: str, project: str) -> bool:
        """Whether the user pushes to the project's repositories and makes new ones."""
        found = self.project(project)
        is_creator = found is not None and found['creator'] == username
        return is_creator or self._permissions.has(username, 'ADMIN')

    def answer(self, request: Request) -> Response:
        """Lists, gets and creates."""
        if request.username is None:
            return _refused()
        parts = request.segments[4:]
        if request.method not in ('GET', 'POST'):
            return error_response(405, 'Method not allowed')
        with self._store.lock:
            if not parts:
                return self._projects(request)
            project = self.project(parts[0])
            if project is None:
                return error_response(404, f'Project {parts[0]} does not exist.')
            if len(parts) == 1 and request.method == 'GET':
                return json_response(200, self._describe(project))
            if len(parts) == 2 and parts[1] == 'repos':
                return self._repositories(request, project)
            if len(parts) == 3 and parts[1] == 'repos' and request.method == 'GET':
                repository = project['repositories'].get(parts[2].lower())
                if repository is not None:
                    return json_response(200, self._describe_repository(project, repository))
        return error_response(404, 'There is nothing here.')

    def _projects(self, request: Request) -> Response:
        projects = self._store.state['projects']
        if request.method == 'GET':
            return page_of([self._describe(project) for project in projects.values()], request)
        if not self._permissions.has(request.username, 'PROJECT_CREATE'):
            return _refused()
        sent = request.json if isinstance(request.json, dict) else {}
        key = str(sent.get('key', '')).upper()
        if not re.fullmatch(r'[A-Z]\w{0,127}', key):
            return error_response(400, 'The project key is not valid.')
        if key in projects:
            return error_response(409, f'The project key {key} is already in use.')
        projects[key] = {
            'id': self._store.next_id(),
            'key': key,
            'name': str(sent.get('name', key)),
            'creator': request.username,
            'repositories': {},
        }
        self._store.save()
        return json_response(201, self._describe(projects[key]))

    def _repositories(self, request: Request, project: Project) -> Response:
        repositories = project['repositories']
        if request.method == 'GET':
            return page_of([self._describe_repository(project, each) for each in repositories.values()], request)
        if not self.may_write(request.username or '', project['key']):
            return _refused()
        sent = request.json if isinstance(request.json, dict) else {}
        name = str(sent.get('name', ''))
        slug = re.sub(r'[^a-z0-9._-]+', '-', name.lower()).strip('-')
        if slug == '':
            return error_response(400, 'The name of the repository is not valid.')
        if slug in repositories:
            return error_response(409, f'The repository {slug} already exists in this project.')
        identifier = self._store.next_id()
        folder = self._store.repositories / str(identifier)
        folder.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ['git', 'init', '--quiet', '--bare', '--initial-branch=main', str(folder)], check=True, timeout=60
        )
        repositories[slug] = {'id': identifier, 'slug': slug, 'name': name}
        self._store.save()
        return json_response(201, self._describe_repository(project, repositories[slug]))

    def _base_url(self) -> str:
        base: str = self._store.state['settings']['baseUrl']
        return base

    def _describe(self, project: Project) -> dict[str, Any]:
        link = f'{self._base_url()}/projects/{project["key"]}'
        return {
            'key': project['key'],
            'id': project['id'],
            'name': project['name'],
            'type': 'NORMAL',
            'links': {'self': [{'href': link}]},
        }

    def _describe_repository(self, project: Project, repository: dict[str, Any]) -> dict[str, Any]:
        path = f'{project["key"].lower()}/{repository["slug"]}.git'
        clone = [{'href': f'{self._base_url()}/scm/{path}', 'name': 'http'}]
        if self._ssh:
            clone.append({'href': f'{self._ssh}/{path}', 'name': 'ssh'})
        browse = f'{self._base_url()}/projects/{project["key"]}/repos/{repository["slug"]}/browse'
        return {
            **repository,
            'scmId': 'git',
            'state': 'AVAILABLE',
            'project': self._describe(project),
            'links': {'clone': clone, 'self': [{'href': browse}]},
        }


def _refused() -> Response:
    return error_response(
        401, 'You are not permitted to access this resource', 'com.atlassian.bitbucket.AuthorisationException'
    )
