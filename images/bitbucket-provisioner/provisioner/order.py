"""The order in which the server asks its directories."""

from .directory_form import operate, read_form
from .directory_list import PresentDirectory, list_directories
from .http_session import Session
from .messages import Problem, say
from .settings import WantedDirectory


def apply_order(session: Session, wanted: tuple[WantedDirectory, ...]) -> None:
    """Moves the wanted directories, and only them, until they stand as wanted, after the internal one."""
    present = list_directories(session)
    order = [each.name for each in present]
    target = target_order(present, [each.name for each in wanted])
    if order == target:
        return
    ids = {each.name: each.id for each in present}
    token = read_form(session, 'ldap').values['atl_token']
    for name, operation in moves(order, target, {each.name for each in wanted}):
        operate(session, operation, ids[name], token, f'directory "{name}"')
    after = [each.name for each in list_directories(session)]
    if after != target:
        raise Problem(
            f'the directories stand in the order {", ".join(after)} and not {", ".join(target)}, although they were '
            'moved; look whether somebody else moves them, and run it again'
        )
    say(f'directories moved: {", ".join(target)}')


def target_order(present: list[PresentDirectory], wanted: list[str]) -> list[str]:
    """The wanted ones share the places that they have; those before the internal directory go right after it."""
    here = {each.name for each in present}
    queue = iter([name for name in wanted if name in here])
    target = [next(queue) if each.name in wanted else each.name for each in present]
    internal = next((each.name for each in present if each.internal), None)
    if internal is None:
        return target
    place = target.index(internal)
    before, after = target[:place], target[place + 1 :]
    stay = [name for name in before if name not in wanted]
    return [*stay, internal, *(name for name in before if name in wanted), *after]


def moves(order: list[str], target: list[str], movable: set[str]) -> list[tuple[str, str]]:
    """Steps of one place, each as name and operation."""
    order = list(order)
    steps = []
    for place, name in enumerate(target):
        at = order.index(name)
        if name in movable:
            steps += [(name, 'moveUp')] * (at - place)
        else:
            # Only movable ones can stand before it: the others keep their order among each other.
            steps += [(other, 'moveDown') for other in reversed(order[place:at])]
        order.insert(place, order.pop(at))
    return steps
