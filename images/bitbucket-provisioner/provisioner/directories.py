"""Makes directories what they should be, and sends nothing where they are."""

from .directory_form import NEW, operate, read_form, save_form
from .directory_list import PresentDirectory, list_directories
from .forms import Form
from .http_session import Session, Unreachable
from .messages import Problem, say
from .settings import WantedDirectory
from .state import DirectoryState, State
from .synchronisation import wait_until_idle


def apply_directory(
    session: Session, wanted: WantedDirectory, present: PresentDirectory | None, state: State
) -> None:
    """Creates the directory, or takes it over by its name and changes what differs."""
    if present is None:
        _create(session, wanted, state)
        return
    if present.internal:
        raise Problem(f'directory "{wanted.name}": so is the internal directory of the server called; take another name')
    entry = _entry(wanted, present, state)
    form = read_form(session, wanted.path, present.id)
    differing = _differing(wanted, form, entry)
    password = None if wanted.password is None or entry.has_password(wanted.password) else wanted.password
    changes = [*differing, *([] if password is None else ['ldapPassword'])]
    # Sending the form is what has the server test the connection with them.
    if not entry.has_authority(wanted.authority):
        changes.append('certificate authority')
    if changes or not present.active:
        # Before anything is sent: whoever is killed here has to synchronise later.
        entry.synchronised = False
        state.save()
    if changes:
        save_form(session, wanted, form, present.id, password)
        _keep(session, wanted, present.id, entry, password)
        say(f'directory "{wanted.name}": changed {", ".join(changes)}')
    if not present.active:
        token = read_form(session, wanted.path, present.id).values['atl_token']
        operate(session, 'enable', present.id, token, f'directory "{wanted.name}"')
        say(f'directory "{wanted.name}": enabled')
    elif not changes:
        say(f'directory "{wanted.name}": unchanged')
    state.save()


def remove_unwanted(session: Session, wanted: tuple[WantedDirectory, ...], state: State, limit: float) -> None:
    """Removes what an earlier run made and nobody wants now; forgets what others made or have made theirs."""
    names = {each.name for each in wanted}
    for name, entry in list(state.directories.items()):
        if name in names:
            continue
        present = next((each for each in list_directories(session) if each.name == name), None)
        if present is not None and entry.made and entry.id in (None, present.id):
            what = f'directory "{name}"'
            token = read_form(session, 'ldap').values['atl_token']
            if present.active:
                operate(session, 'disable', present.id, token, what)
            wait_until_idle(session, present.id, what, limit)
            operate(session, 'remove', present.id, token, what)
            say(f'{what}: removed, because it is not wanted any more')
        del state.directories[name]
        state.save()


def _create(session: Session, wanted: WantedDirectory, state: State) -> None:
    form = read_form(session, wanted.path)
    entry = DirectoryState(id=None, made=True)
    state.directories[wanted.name] = entry
    state.save()
    try:
        entry.id = save_form(session, wanted, form, NEW, wanted.password)
    except Unreachable:
        raise
    except Problem:
        # The server said no, so nothing was made.
        del state.directories[wanted.name]
        state.save()
        raise
    _keep(session, wanted, entry.id, entry, wanted.password)
    state.save()
    say(f'directory "{wanted.name}": created')


def _entry(wanted: WantedDirectory, present: PresentDirectory, state: State) -> DirectoryState:
    entry = state.directories.get(wanted.name)
    if entry is None or entry.id not in (None, present.id):
        say(f'directory "{wanted.name}": there is one of this name, which is taken over')
        entry = DirectoryState(id=present.id, made=False)
        state.directories[wanted.name] = entry
    entry.id = present.id
    return entry


def _differing(wanted: WantedDirectory, form: Form, entry: DirectoryState) -> list[str]:
    """The names of what the server shows otherwise than wanted, unless it did so when it was sent the same."""
    return [
        name
        for name, value in _values(wanted).items()
        if form.shown(name) != value and entry.shown.get(name) != (value, form.shown(name))
    ]


def _keep(
    session: Session, wanted: WantedDirectory, directory_id: int, entry: DirectoryState, password: str | None
) -> None:
    """Remembers what cannot be read back, so that the next run does not send it again."""
    if password is not None:
        entry.keep_password(password)
    entry.keep_authority(wanted.authority)
    form = read_form(session, wanted.path, directory_id)
    entry.shown = {
        name: (value, form.shown(name)) for name, value in _values(wanted).items() if form.shown(name) != value
    }
    for name, (value, shown) in entry.shown.items():
        if shown is not None:
            say(f'directory "{wanted.name}": the server makes "{shown}" of {name} "{value}"')


def _values(wanted: WantedDirectory) -> dict[str, str]:
    """Fields and checkboxes as the form shows them."""
    return {**wanted.fields, **{name: str(checked).lower() for name, checked in wanted.checkboxes.items()}}
