"""Knowledge bases and their files."""

from typing import TYPE_CHECKING, Final

import msgspec

from mock_memos.api.decoding import attachments
from mock_memos.api.models.base import Success
from mock_memos.api.models.knowledgebases import (
    AddedFile,
    AddKnowledgebaseFile,
    CreateKnowledgebase,
    DeleteKnowledgebase,
    DeleteKnowledgebaseFile,
    FileDetail,
    FileIn,
    FilePage,
    GetKnowledgebaseFile,
    KnowledgebaseCreated,
)  # fmt: skip
from mock_memos.api.operations.turns import MEMORY_EFFECTS, task_plan_for, then_for
from mock_memos.core.records import File, KnowledgeBase
from mock_memos.core.request_facts import RequestFacts
from mock_memos.core.service_errors import (
    FILE_COUNT,
    FILE_SIZE,
    FILES_SIZE,
    KNOWLEDGEBASE_MISSING,
    KNOWLEDGEBASE_UNLINKED,
    NOT_FOUND,
    ApiError,
)
from mock_memos.simulation.world import World

if TYPE_CHECKING:
    from mock_memos.content.documents.extract import Upload

_ADD_FILE: Final = "add/knowledgebase-file"
MEGABYTE: Final = 1024 * 1024
MAX_FILES: Final = 20
MAX_FILE_BYTES: Final = 100 * MEGABYTE
MAX_UPLOAD_BYTES: Final = 300 * MEGABYTE


def create_knowledgebase(world: World, request: CreateKnowledgebase) -> KnowledgebaseCreated:
    """Creates a knowledge base that is linked to this project. Names need not be unique."""
    base = KnowledgeBase(
        id=world.ids.next("knowledgebase"),
        name=request.knowledgebase_name,
        description=request.knowledgebase_description,
        created_ms=world.clock.now,
    )
    world.knowledgebases.put(base)
    return KnowledgebaseCreated(id=base.id)


def delete_knowledgebase(world: World, request: DeleteKnowledgebase) -> Success:
    """Removes the link to this project, or with `delete_all` the base and its files."""
    base = _base(world, request.knowledgebase_id, linked=not request.delete_all)
    if request.delete_all:
        world.knowledgebases.delete(base, world.clock.now)
    else:
        world.knowledgebases.unlink(base)
    return Success()


def add_knowledgebase_file(world: World, request: AddKnowledgebaseFile) -> list[AddedFile]:
    """Accepts files. Each has a task; when it completes, the memories of the file are found."""
    base = _base(world, request.knowledgebase_id)
    if len(request.file) > MAX_FILES:
        raise ApiError(
            FILE_COUNT, f"received {len(request.file)} files; at most {MAX_FILES} are allowed"
        )
    uploads = [(file, _upload(file, index)) for index, file in enumerate(request.file)]
    total = sum(upload.size for _, upload in uploads)
    if total > MAX_UPLOAD_BYTES:
        raise ApiError(
            FILES_SIZE, f"the files have {total} bytes in total; at most {MAX_UPLOAD_BYTES}"
        )
    files = [
        _store_file(world, base, upload, msgspec.structs.replace(request, file=[file]))
        for file, upload in uploads
    ]
    return [
        AddedFile(
            id=file.id,
            type=file.type,
            name=file.name,
            sizeMB=file.size / MEGABYTE,
            status=file.status,
        )
        for file in files
    ]


def get_knowledgebase_file(world: World, request: GetKnowledgebaseFile) -> FilePage:
    """Returns files by ids, or a page of the files of a knowledge base, in upload order."""
    if request.file_ids:
        files = [_file(world, file_id) for file_id in request.file_ids]
        return _page(world, files, total=len(files), page=1, size=len(files))
    base = _base(world, request.knowledgebase_id)
    files = [
        file for file in world.knowledgebases.files(base.id) if request.type in ("", file.type)
    ]
    start = (request.page_number - 1) * request.size
    return _page(
        world,
        files[start : start + request.size],
        total=len(files),
        page=request.page_number,
        size=request.size,
    )


def delete_knowledgebase_file(world: World, request: DeleteKnowledgebaseFile) -> Success:
    """Deletes files and their memories. If one id is unknown, nothing is deleted."""
    for file in [_file(world, file_id) for file_id in dict.fromkeys(request.file_ids)]:
        world.knowledgebases.delete_file(file, world.clock.now)
    return Success()


def _base(world: World, base_id: str, *, linked: bool = True) -> KnowledgeBase:
    base = world.knowledgebases.get(base_id)
    if base is None:
        raise ApiError(KNOWLEDGEBASE_MISSING, f"unknown knowledge base {base_id!r}")
    if linked and not base.linked:
        raise ApiError(
            KNOWLEDGEBASE_UNLINKED,
            f"knowledge base {base_id!r} exists, but this project is not linked to it",
        )
    return base


def _file(world: World, file_id: str) -> File:
    file = world.knowledgebases.file(file_id)
    if file is None:
        raise ApiError(NOT_FOUND, f"unknown file {file_id!r} in this project")
    return file


def _upload(file: FileIn, index: int) -> "Upload":
    """Decodes and checks a file. Raises the errors of its name, content and size."""
    from mock_memos.content.documents.extract import Upload, check_upload  # slow to import

    where = f"file[{index}]"
    name = file.name or file.file_name
    if attachments.is_url(file.content):
        content = None
        name = name or attachments.file_name(file.content)
    else:
        content = attachments.decode_content(file.content, f"{where}.content")
        if len(content) > MAX_FILE_BYTES:
            raise ApiError(FILE_SIZE, f"{where} has {len(content)} bytes; at most {MAX_FILE_BYTES}")
    name = name or f"file-{index + 1}.{'md' if file.type == 'skill' else 'txt'}"
    upload = Upload(name=name, type=file.type, content=content, address=file.content)
    check_upload(upload, where)
    return upload


def _store_file(
    world: World, base: KnowledgeBase, upload: "Upload", request: AddKnowledgebaseFile
) -> File:
    """Stores one file and starts its task. `request` contains only this file."""
    from mock_memos.content.documents.extract import extract_file_memories  # slow to import

    facts = RequestFacts.of(_ADD_FILE, msgspec.to_builtins(request))
    then = then_for(world, MEMORY_EFFECTS, facts)
    file = File(
        id=world.ids.next("file"),
        knowledgebase_id=base.id,
        name=upload.name,
        type=upload.type,
        size=upload.size,
        status="running",
        created_ms=world.clock.now,
    )
    return world.submit_file(
        file,
        extract_file_memories(upload) if then is None else tuple(then.drafts()),
        task_plan_for(world, facts),
    )


def _page(world: World, files: list[File], *, total: int, page: int, size: int) -> FilePage:
    return FilePage(
        total=total,
        page=page,
        page_size=size,
        file_detail_list=[
            FileDetail(
                id=file.id,
                type=file.type,
                name=file.name,
                size=str(file.size),
                sizeMB=file.size / MEGABYTE,
                status=file.status,
            )
            for file in map(world.poll_file, files)
        ],
    )
