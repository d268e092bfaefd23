"""Reads an HTML form as a browser does: what it would send, and what the page says is wrong."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {'area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track', 'wbr'}
ERRORS = {'error', 'aui-message-error'}
BUTTONS = {'submit', 'button', 'image', 'reset', 'file'}


@dataclass
class Form:
    """The controls of a form by their names; buttons are left out."""

    values: dict[str, str] = field(default_factory=dict)
    checkboxes: dict[str, bool] = field(default_factory=dict)

    def shown(self, name: str) -> str | None:
        """The value that a person sees; "true" or "false" of a checkbox; None where the form does not have it."""
        if name in self.checkboxes:
            return str(self.checkboxes[name]).lower()
        return self.values.get(name)


@dataclass
class Page:
    """Forms of a page, and its error messages: those about a field with its name, others with None."""

    forms: list[Form] = field(default_factory=list)
    errors: list[tuple[str | None, str]] = field(default_factory=list)

    def form_with(self, *names: str) -> Form | None:
        """The first form that has all these controls."""
        return next((form for form in self.forms if all(name in form.values for name in names)), None)


def read_page(html: str) -> Page:
    """Reads a page, well-formed or not."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_error()
    return reader.page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._form: Form | None = None
        self._last_control: str | None = None
        self._select: str | None = None
        self._textarea: str | None = None
        # Nested elements within an error message, and its text so far.
        self._depth = 0
        self._error = ''
        self._error_field: str | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        attribute = {name: value or '' for name, value in attributes}
        if self._depth:
            self._depth += tag not in VOID
        elif tag not in VOID and not ERRORS.isdisjoint(attribute.get('class', '').split()):
            self._depth = 1
            self._error = ''
            self._error_field = None if 'aui-message' in attribute['class'] else self._last_control
        if tag == 'form':
            self._form = Form()
            self._last_control = None
            self.page.forms.append(self._form)
        elif self._form is not None and tag in ('input', 'select', 'textarea', 'option'):
            self._control(self._form, tag, attribute)

    def handle_endtag(self, tag: str) -> None:
        if self._depth and tag not in VOID:
            self._depth -= 1
            if self._depth == 0:
                self.end_error()
        if tag == 'form':
            self._form = None
            self._last_control = None
        elif tag == 'select':
            self._select = None
        elif tag == 'textarea':
            self._textarea = None

    def end_error(self) -> None:
        """Keeps the message that was begun, also where the page does not end it."""
        if self._error.strip():
            self.page.errors.append((self._error_field, self._error.strip()))
        self._error = ''

    def handle_data(self, data: str) -> None:
        if self._depth:
            self._error += data
        if self._form is not None and self._textarea is not None:
            self._form.values[self._textarea] += data

    def _control(self, form: Form, tag: str, attribute: dict[str, str]) -> None:
        if tag == 'option':
            # Without a selected one, browsers take the first.
            if self._select is not None and (self._select not in form.values or 'selected' in attribute):
                form.values[self._select] = attribute.get('value', '')
            return
        name = attribute.get('name', '')
        kind = attribute.get('type', 'text').lower() if tag == 'input' else tag
        if not name or kind in BUTTONS or 'disabled' in attribute:
            return
        if kind != 'hidden':
            self._last_control = name
        if kind == 'checkbox':
            form.checkboxes[name] = 'checked' in attribute
        elif kind == 'radio':
            if 'checked' in attribute:
                form.values[name] = attribute.get('value', 'on')
        elif kind == 'select':
            self._select = name
        elif kind == 'textarea':
            self._textarea = name
            form.values[name] = ''
        else:
            form.values[name] = attribute.get('value', '')
