"""The file a backup is: a compressed tar, in the clear or sealed with a passphrase.

Sealed: a header with a salt, then frames of 64 KiB, each AES-256-GCM under a key that scrypt made of the passphrase.
A frame's nonce holds its number and whether it is the last, so frames cannot be moved, dropped or cut off unseen.
"""

import io
import secrets
from pathlib import Path
from typing import IO, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from .ground import Refusal

MAGIC = b"NOD-SEALED-1\n"
FRAME = 65_536
_TAG = 16


def sealed(path: Path) -> bool:
    """Whether a backup needs a passphrase."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def _key(passphrase: str, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.encode()))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class Sealing(io.RawIOBase):
    """A file to write to that seals what passes; `close` writes the last frame."""

    def __init__(self, sink: IO[bytes], passphrase: str) -> None:
        salt = secrets.token_bytes(16)
        self._sink, self._key, self._number, self._rest = sink, _key(passphrase, salt), 0, bytearray()
        sink.write(MAGIC + salt)

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Take bytes; full frames go out, never the last one."""
        self._rest += data
        while len(self._rest) > FRAME:
            self._frame(bytes(self._rest[:FRAME]), last=False)
            del self._rest[:FRAME]
        return len(data)

    def _frame(self, part: bytes, last: bool) -> None:
        self._sink.write(self._key.encrypt(_nonce(self._number, last), part, None))
        self._number += 1

    def close(self) -> None:
        """Write what is left as the last frame."""
        if not self.closed:
            self._frame(bytes(self._rest), last=True)
        super().close()

    def __enter__(self) -> Self:
        return self


class Opening(io.RawIOBase):
    """A file to read from that opens sealed frames. Raises Refusal for a wrong passphrase or a damaged file."""

    def __init__(self, source: IO[bytes], passphrase: str) -> None:
        source.read(len(MAGIC))
        self._source, self._number, self._open, self._done = source, 0, bytearray(), False
        self._key = _key(passphrase, source.read(16))
        self._ahead = source.read(FRAME + _TAG)

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Fill the buffer as far as one frame goes."""
        if not self._open and not self._done:
            self._next()
        part = self._open[: len(buffer)]
        buffer[: len(part)] = part
        del self._open[: len(part)]
        return len(part)

    def _next(self) -> None:
        frame, self._ahead = self._ahead, self._source.read(FRAME + _TAG)
        self._done = not self._ahead
        try:
            self._open += self._key.decrypt(_nonce(self._number, self._done), frame, None)
        except (InvalidTag, ValueError):
            what = "damaged" if self._number else "sealed with another passphrase, or damaged"
            raise Refusal(f"The backup is {what}; nothing was restored.") from None
        self._number += 1
