"""Knowledge bases and their files."""

from typing import Literal

from mock_memos.api.models.base import Annotated, FromOne, Model, Request, field
from mock_memos.core.service_errors import FIELD_EMPTY

_BASE = "base5b0e7c2a-91d4-5f3b-a6c8-0e2d4b6f8a13"
_FILE = "1f35a0c87be24d69b1c2d3e4f5061728"

FileType = Literal["document", "skill"]
FileStatus = Literal["running", "completed", "failed"]


class CreateKnowledgebase(Request):
    knowledgebase_name: Annotated[
        str, field("Not unique", required=True, example="Travel rules")
    ] = ""
    knowledgebase_description: Annotated[str, field("A description")] = ""


class KnowledgebaseCreated(Model):
    id: Annotated[str, field("base and a UUID", "observed", example=_BASE)]


class DeleteKnowledgebase(Request):
    knowledgebase_id: Annotated[str, field("The knowledge base", required=True, example=_BASE)] = ""
    delete_all: Annotated[
        bool, field("True: delete base, files and all links. False: only the link to this project")
    ] = False


class FileIn(Request):
    """One file of an upload."""

    content: Annotated[
        str,
        field("A URL (never fetched), a data: URL or Base64", required=True,
              example="IyBSdWxlcw=="),
    ] = ""  # fmt: skip
    name: Annotated[str, field("By default the last part of the URL", example="rules.md")] = ""
    type: Annotated[FileType, field("A document, or a skill (.md or .zip)")] = "document"
    mime_type: Annotated[str, field("Ignored", "sdk")] = ""
    file_name: Annotated[str, field("Used when name is missing", "sdk")] = ""


class AddKnowledgebaseFile(Request):
    knowledgebase_id: Annotated[str, field("The knowledge base", required=True, example=_BASE)] = ""
    file: Annotated[
        list[FileIn],
        field(
            "At most 20 files, each 100 MB, together 300 MB",
            required=True,
            code_if_empty=FIELD_EMPTY,
        ),
    ] = []


class AddedFile(Model):
    """An accepted file; the response is a list of these."""

    id: Annotated[str, field("32 hex digits", "observed", example=_FILE)]
    type: Annotated[FileType, field("As sent")]
    name: Annotated[str, field("As sent, or generated", example="rules.md")]
    sizeMB: Annotated[float, field("Not rounded", "observed")]  # noqa: N815  the service's name
    status: Annotated[FileStatus, field("running, until the file is processed")]


class GetKnowledgebaseFile(Request):
    """Either `file_ids` alone, or `knowledgebase_id` with the fields after it."""

    one_of = (("file_ids", "knowledgebase_id"),)

    file_ids: Annotated[list[str] | None, field("These files", code_if_empty=FIELD_EMPTY)] = None
    knowledgebase_id: Annotated[str, field("All files of this base", example=_BASE)] = ""
    type: Annotated[
        Literal["", "document", "skill"], field("Only files of this type; all by default")
    ] = ""
    page: Annotated[FromOne | None, field("Default 1")] = None
    page_size: Annotated[FromOne | None, field("Default 20")] = None

    def missing_field(self) -> str:
        return "file_ids" if self.file_ids == [] else ""

    def conflict(self, *, strict: bool) -> str:
        if bool(self.file_ids) == bool(self.knowledgebase_id):
            return "send either file_ids or knowledgebase_id"
        if strict and self.file_ids:
            for name in ("type", "page", "page_size"):
                if getattr(self, name):
                    return f"{name} has no effect together with file_ids"
        return ""

    @property
    def page_number(self) -> int:
        return self.page or 1

    @property
    def size(self) -> int:
        return self.page_size or 20


class FileDetail(Model):
    id: Annotated[str, field("32 hex digits", "observed", example=_FILE)]
    type: Annotated[FileType, field("As sent")]
    name: Annotated[str, field("As sent, or generated", example="rules.md")]
    size: Annotated[str, field("Bytes, in decimal", "assumed", example="7")]
    sizeMB: Annotated[float, field("Not rounded", "assumed")]  # noqa: N815  the service's name
    status: Annotated[FileStatus, field("Finally completed or failed")]


class FilePage(Model):
    """Files in the order of their upload."""

    total: Annotated[int, field("Number of all files")]
    page: Annotated[int, field("As requested; 1 for file_ids")]
    page_size: Annotated[int, field("As requested; the count for file_ids")]
    file_detail_list: Annotated[list[FileDetail], field("The files")]


class DeleteKnowledgebaseFile(Request):
    file_ids: Annotated[
        list[str],
        field("Deleted with their memories", required=True, code_if_empty=FIELD_EMPTY,
              example=[_FILE]),
    ] = []  # fmt: skip
    knowledgebase_id: Annotated[str, field("Ignored", "sdk")] = ""
