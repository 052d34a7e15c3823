"""What a promise, its proof and a switch for its defence are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Switch:
    """How a defence is switched off in a copy of the sources: ``old`` stands in ``file`` once, and becomes ``new``."""

    file: str
    old: str
    new: str


@dataclass(frozen=True)
class Proof:
    """A test, as ``tests/…py::test`` or ``tests/field/…test.ts: title``, and the defence without which it fails.

    ``tests/simulation/run.mjs: b17`` is a seed of the simulator.
    """

    test: str
    off: Switch | None = None

    @property
    def file(self) -> str:
        return self.test.split("::")[0] if "::" in self.test else self.test.partition(": ")[0]

    @property
    def title(self) -> str:
        """The test's name inside its file."""
        return self.test.rpartition("::")[2] if "::" in self.test else self.test.partition(": ")[2]

    @property
    def kind(self) -> str:
        """field (TypeScript in Node), simulation (a seed), browser (Chromium) or python."""
        if self.file.startswith("tests/simulation/"):
            return "simulation"
        if self.file.endswith(".ts"):
            return "field"
        return "browser" if self.file.startswith("tests/browser/") else "python"


@dataclass(frozen=True)
class Promise:
    """``said`` is what people may rely on; ``seen`` names where the fault happened to others."""

    said: str
    proofs: tuple[Proof, ...]
    seen: str = ""
