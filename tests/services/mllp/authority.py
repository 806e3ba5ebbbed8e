"""Certificates made for one test: an authority, and those it gives to a door and to senders."""

import asyncio
from dataclasses import dataclass
from pathlib import Path


async def openssl(*words: str) -> None:
    """Run openssl; it must succeed."""
    pipe = asyncio.subprocess.PIPE
    done = await asyncio.create_subprocess_exec("openssl", *words, stdout=pipe, stderr=pipe)
    _, said = await done.communicate()
    assert done.returncode == 0, said.decode()


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority whose files lie in `folder`."""

    folder: Path
    name: str

    @property
    def file(self) -> Path:
        return self.folder / f"{self.name}.pem"

    async def certificate(self, name: str) -> tuple[Path, Path]:
        """A certificate for 127.0.0.1 and `name`.example, and its key."""
        made, key, request = (self.folder / f"{self.name}-{name}.{end}" for end in ("pem", "key", "csr"))
        names = self.folder / "names.txt"
        names.write_text(f"subjectAltName=IP:127.0.0.1,DNS:{name}.example\n")
        await openssl(*_NEW_KEY, "-keyout", str(key), "-subj", f"/CN={name}", "-out", str(request))
        signed_by = ("-CA", str(self.file), "-CAkey", str(self.file.with_suffix(".key")), "-CAcreateserial")
        await openssl(
            "x509", "-req", "-in", str(request), *signed_by, "-days", "2", "-extfile", str(names), "-out", str(made)
        )
        return made, key


_NEW_KEY = ("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


async def authority(folder: Path, name: str) -> Authority:
    """A new authority."""
    made = Authority(folder, name)
    key = ("-keyout", str(made.file.with_suffix(".key")))
    await openssl(*_NEW_KEY, *key, "-x509", "-days", "2", "-subj", f"/CN={name}", "-out", str(made.file))
    return made
