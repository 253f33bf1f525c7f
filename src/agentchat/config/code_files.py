"""What a person trusts with an agents.toml: its text, and the files of code that it names by `module:object`.

Those are the module beside the file, and the packages that it lies in, whose `__init__` runs first. What such a module imports in its
turn is not among them: that is known only when it runs. Installed modules are not either; they are not the project's.
"""

import hashlib
from collections.abc import Iterable, Iterator
from importlib.machinery import all_suffixes
from pathlib import Path


def digest_of(text: bytes, folder: Path, names: Iterable[str]) -> str:
    """SHA-256, in hex, of a file's text and of the code in its folder that these names lead to; of the text alone where there is none."""
    files = sorted(set(_files(folder, names)))
    if not files:
        return hashlib.sha256(text).hexdigest()
    lines = [f"{_hash_of(file)} {file.relative_to(folder).as_posix()}" for file in files]
    return hashlib.sha256("\n".join([hashlib.sha256(text).hexdigest(), *lines]).encode("utf-8", "surrogateescape")).hexdigest()


def _files(folder: Path, names: Iterable[str]) -> Iterator[Path]:
    for name in names:
        place = folder
        for part in name.partition(":")[0].split("."):
            place /= part
            beside = (place.with_name(part + suffix) for suffix in all_suffixes())
            inside = (place / f"__init__{suffix}" for suffix in all_suffixes())
            yield from (file for file in (*beside, *inside) if file.is_file())


def _hash_of(file: Path) -> str:
    """Of what is in it; one that cannot be read cannot be imported either."""
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return ""
