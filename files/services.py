"""The single door for uploads: checked by content, named by the portal, written whole or not at all."""

import hashlib
import os
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Any, cast

from django.conf import settings
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import InvalidInput, NotAllowed, PortalError, TooLarge
from common.formatting import file_size
from common.scope import Scope
from files.enums import BY_EXTENSION, Accepted, Made
from files.models import StoredFile
from files.names import clean_file_name
from files.sniffing import recognise
from files.storage import CHUNK, folder_of_parts, path_of

ORPHAN_AGE = timedelta(days=1)
"""Younger files may belong to a transaction that has not ended yet."""

_written: ContextVar[list[str] | None] = ContextVar("written_files", default=None)


class StorageUnavailable(PortalError):
    """The disk takes no more files; nothing was stored."""

    status = 503
    code = "storage_unavailable"


@dataclass(frozen=True, slots=True)
class SweepResult:
    """Files without a row that were removed, and keys of rows whose file is gone."""

    removed: int
    missing: tuple[str, ...]


@contextmanager
def stored_or_nothing() -> Iterator[None]:
    """Files stored inside the block are removed from disk when the block fails.

    A service that stores files puts this around its transaction: a rollback leaves neither row nor file.
    An inner block belongs to the outer one.
    """
    if _written.get() is not None:
        yield
        return
    keys: list[str] = []
    token = _written.set(keys)
    try:
        yield
    except BaseException:
        for key in keys:
            path_of(key).unlink(missing_ok=True)
        raise
    finally:
        _written.reset(token)


def file_check(upload: UploadedFile) -> None:
    """Refuse what `file_store` would refuse, before anything is kept. Raises InvalidInput (field `file`), TooLarge."""
    _checked_kind(upload, clean_file_name(upload.name))


def file_store(*, actor: Scope, upload: UploadedFile, uploaded_by_id: int | None = None) -> StoredFile:
    """Check an upload and keep it; the row is written last.

    `uploaded_by_id` names the person when a job stores for him; by default it is the actor. Raises NotAllowed
    for the public, InvalidInput (field `file`) for a forbidden or lying type, TooLarge over
    `settings.MAX_FILE_BYTES`, StorageUnavailable when the disk refuses.
    """
    if actor.is_public:
        raise NotAllowed(_("Sign in to upload files."))
    name = clean_file_name(upload.name)
    kind = _checked_kind(upload, name)
    return _stored(upload, name, kind, uploaded_by_id or actor.user_id)


def files_counted(uploads: Sequence[UploadedFile], there: int = 0) -> Sequence[UploadedFile]:
    """The uploads, unless with those that are `there` already they are more than one thing may have.

    Raises InvalidInput (field `files`).
    """
    if uploads and there + len(uploads) > settings.MAX_FILES_PER_REPORT:
        message = _("At most %(limit)s files can be attached.")
        raise InvalidInput({"files": message % {"limit": settings.MAX_FILES_PER_REPORT}})
    return uploads


def files_store(*, actor: Scope, uploads: Iterable[UploadedFile]) -> Iterator[StoredFile]:
    """Keep the uploads of a form one after the other. Raises as `file_store`; InvalidInput for the field `files`."""
    for upload in uploads:
        try:
            yield file_store(actor=actor, upload=upload)
        except InvalidInput as error:
            raise InvalidInput({"files": [str(error)]}) from error


def file_made(*, owner_id: int, name: str, content: IO[bytes], kind: Accepted | Made) -> StoredFile:
    """Keep a file that the portal itself has written for one person; only he may download it.

    Nothing is checked: the portal trusts its own pen. Raises StorageUnavailable when the disk refuses.
    """
    return _stored(File(content), clean_file_name(name), kind, owner_id)


def file_forget(stored: StoredFile) -> None:
    """Remove a file that nobody needs any more: the row, and after the commit the bytes."""
    path = path_of(stored.key)
    stored.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def _stored(content: "File[Any]", name: str, kind: Accepted | Made, owner_id: int | None) -> StoredFile:
    with stored_or_nothing(), transaction.atomic():
        key = uuid.uuid4().hex
        size, digest = _write(content, key)
        return StoredFile.objects.create(
            key=key,
            original_name=name,
            content_type=kind.value.content_type,
            size=size,
            sha256=digest,
            uploaded_by_id=owner_id,
            created_at=clock.now(),
        )


def _checked_kind(upload: UploadedFile, name: str) -> Accepted:
    size = upload.size or 0
    if size == 0:
        raise InvalidInput({"file": _("“%(name)s” is empty.") % {"name": name}})
    if size > settings.MAX_FILE_BYTES:
        raise TooLarge(
            _("“%(name)s” is larger than %(limit)s.")
            % {"name": name, "limit": file_size(settings.MAX_FILE_BYTES)}
        )
    extension = name.rpartition(".")[2]
    promised = BY_EXTENSION.get(extension)
    if promised is None:
        raise InvalidInput(
            {
                "file": _("“%(name)s”: files of this type are not accepted. Accepted are %(types)s.")
                % {"name": name, "types": ", ".join(ending.upper() for ending in BY_EXTENSION)}
            }
        )
    try:
        found = recognise(cast("IO[bytes]", upload), size)
    except InvalidInput as error:
        raise InvalidInput({"file": _("“%(name)s”: %(reason)s") % {"name": name, "reason": error}}) from error
    if found is not promised:
        raise InvalidInput(
            {
                "file": _("“%(name)s”: the content is not what the ending .%(extension)s promises.")
                % {"name": name, "extension": extension}
            }
        )
    return found


def _write(upload: "File[Any]", key: str) -> tuple[int, str]:
    """Copy to a temporary name, force it to disk, rename; size in bytes and SHA-256 of what was written."""
    final = path_of(key)
    part = folder_of_parts() / key
    digest = hashlib.sha256()
    size = 0
    try:
        for folder in (part.parent, final.parent):
            folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        try:
            with part.open("xb") as target:
                upload.seek(0)
                for chunk in upload.chunks(CHUNK):
                    digest.update(chunk)
                    size += target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
            part.chmod(settings.FILE_UPLOAD_PERMISSIONS)
            _remember(key)
            part.replace(final)
            _sync_folder(final.parent)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise StorageUnavailable(
            _("The file could not be stored. Nothing was saved; try again later.")
        ) from error
    return size, digest.hexdigest()


def _remember(key: str) -> None:
    keys = _written.get()
    if keys is not None:
        keys.append(key)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def files_sweep() -> SweepResult:
    """Remove files that no row names and that are older than a day; report rows whose file is gone."""
    oldest_kept = (clock.now() - ORPHAN_AGE).timestamp()
    known = set(StoredFile.objects.values_list("key", flat=True))
    removed = 0
    present = set()
    for path in Path(settings.MEDIA_ROOT).glob("*/*"):
        if path.name in known and path == path_of(path.name):
            present.add(path.name)
        elif path.is_file() and path.stat().st_mtime < oldest_kept:
            path.unlink(missing_ok=True)
            removed += 1
    return SweepResult(removed=removed, missing=tuple(sorted(known - present)))
