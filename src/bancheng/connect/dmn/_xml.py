"""XML → a small tree that remembers lines. Entities, outside references and DTDs are refused."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.xmlreader import AttributesNSImpl

from defusedxml.sax import make_parser

MAX_DEPTH: Final = 200
"Deepest nesting of elements read."

MAX_BYTES: Final = 20_000_000
"Largest file read."


class Tag:
    """One element: its local name, where it begins, what it holds."""

    __slots__ = ("attributes", "children", "line", "name", "namespace", "pieces")

    def __init__(self, name: str, namespace: str, attributes: dict[str, str], line: int) -> None:
        self.name, self.namespace, self.attributes, self.line = name, namespace, attributes, line
        self.children: list[Tag] = []
        self.pieces: list[str] = []

    @property
    def text(self) -> str:
        """Its own characters, as they stand."""
        return "".join(self.pieces)

    def get(self, name: str, default: str = "") -> str:
        """An attribute without a namespace."""
        return self.attributes.get(name, default)

    def one(self, name: str) -> Tag | None:
        """The first child of that name."""
        return next(self.all(name), None)

    def all(self, *names: str) -> Iterator[Tag]:
        """The children of those names, in order."""
        return (child for child in self.children if child.name in names)

    def said(self, name: str) -> str:
        """The trimmed text of a child; empty without it."""
        child = self.one(name)
        return "" if child is None else child.text.strip()


class _Builder(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.root: Tag | None = None
        self._open: list[Tag] = []
        self._where: Any = None

    def setDocumentLocator(self, locator: Any) -> None:  # noqa: N802 - the name SAX gives it
        self._where = locator

    def startElementNS(  # noqa: N802 - the name SAX gives it
        self,
        name: tuple[str | None, str],
        qname: str | None,  # noqa: ARG002 - SAX passes it
        attrs: AttributesNSImpl,
    ) -> None:
        namespace, local = name
        plain = {key: value for (space, key), value in attrs.items() if not space}
        plain |= {f"{{{space}}}{key}": value for (space, key), value in attrs.items() if space}
        tag = Tag(local, namespace or "", plain, self._where.getLineNumber() or 0)
        if self._open:
            self._open[-1].children.append(tag)
        else:
            self.root = tag
        self._open.append(tag)
        if len(self._open) > MAX_DEPTH:
            raise ValueError(f"elements nested deeper than {MAX_DEPTH}")

    def endElementNS(self, *_: object) -> None:  # noqa: N802 - the name SAX gives it
        self._open.pop()

    def characters(self, content: str) -> None:
        self._open[-1].pieces.append(content)


def read_xml(content: bytes) -> Tag:
    """The root of a document.

    Raises:
        xml.sax.SAXParseException: it is not well-formed.
        defusedxml.DefusedXmlException: it declares entities or asks for outside ones.
        ValueError: it is nested too deep or too large.
    """
    if len(content) > MAX_BYTES:
        raise ValueError(f"more than {MAX_BYTES} bytes")
    builder = _Builder()
    parser = make_parser()
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(builder)
    parser.parse(BytesIO(content))
    if builder.root is None:
        raise ValueError("no element")
    return builder.root
