"""zstd, from the standard library or its backport: frames that name their size and carry a checksum."""

import sys

from archive.store.recent import Recent

if sys.version_info >= (3, 14):
    from compression.zstd import CompressionParameter, ZstdDict, ZstdError, compress, decompress
else:
    from backports.zstd import CompressionParameter, ZstdDict, ZstdError, compress, decompress

__all__ = ["ZstdError", "pack", "unpack"]

_MAGIC_DICTIONARY = b"\x37\xa4\x30\xec"  # a file that begins so is read as a trained dictionary, not as raw content
_SMALLEST_DICTIONARY = 8  # bytes; zstd ignores a shorter one
# Those of some forty hosts, since a crawl goes round its hosts; with zstd's tables about four times as many bytes.
_dictionaries: Recent[bytes, ZstdDict] = Recent(16 * 2**20)


def pack(data: bytes, *, level: int, dictionary: bytes | None = None) -> bytes:
    """One zstd frame. With a dictionary, the same bytes are needed to read it: `zstd -d -D FILE`."""
    options: dict[int, int] = {
        CompressionParameter.compression_level: level,
        CompressionParameter.content_size_flag: 1,
        CompressionParameter.checksum_flag: 1,
    }
    if dictionary is None:
        return compress(data, options=options)
    # Digested: the tables made of a dictionary are kept for the next page of the same site (2.3 ms instead of 5.4).
    return compress(data, options=options, zstd_dict=_dictionary(dictionary).as_digested_dict)


def unpack(frame: bytes, dictionary: bytes | None = None) -> bytes:
    """The content of a frame. Raises ZstdError if it is damaged or the dictionary is not the one it was made with."""
    return decompress(frame, None if dictionary is None else _dictionary(dictionary))


def can_be_dictionary(data: bytes) -> bool:
    """Whether every zstd, the command line's too, takes these bytes for raw content."""
    return len(data) >= _SMALLEST_DICTIONARY and not data.startswith(_MAGIC_DICTIONARY)


def _dictionary(data: bytes) -> ZstdDict:
    return _dictionaries.get(data, lambda: (ZstdDict(data, is_raw=True), len(data)))
