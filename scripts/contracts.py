"""Write contracts/ from libs/contracts, or check it: ``python -m scripts.contracts [--check]``.

Writing refuses what would break readers or messages of the same major version. The check changes
nothing and ends with 1 when contracts/ is not what the code says, when the code breaks what was
published before, or when an example of any age can no longer be read.
"""

import argparse
import difflib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import ValidationError

from scripts import asyncapi
from scripts.compatibility import Change, compare
from scripts.ledger import Ledger, text_of
from scripts.schemas import Contract, all_contracts

FOLDER = Path(__file__).parents[1] / "contracts"
MINIMUM_EXAMPLES = 2


class UnknownContractError(LookupError):
    """There is no such contract, or none of this version."""


def contract_named(name: str, contracts: dict[str, Contract]) -> Contract:
    """Find ``<subject>.v<major>``. Raises ``UnknownContractError`` with what there is instead."""
    if name in contracts:
        return contracts[name]
    subject, _, version = name.rpartition(".v")
    others = [each for each in contracts if each.rpartition(".v")[0] == subject]
    if others:
        raise UnknownContractError(f"there is no version {version} of {subject}; known: {', '.join(others)}")
    raise UnknownContractError(f"there is no contract {name!r}; known: {', '.join(sorted(contracts))}")


def generated(contracts: dict[str, Contract]) -> dict[str, str]:
    """Every generated file by its path below contracts/."""
    files = {f"schemas/{each.name}.json": text_of(each.schema()) for each in contracts.values()}
    return files | {"asyncapi.json": text_of(asyncapi.document())}


def differences(files: dict[str, str], folder: Path) -> Iterator[str]:
    """Diffs from what is on disk to what the code says, and files that nothing generates any more."""
    for name, wanted in files.items():
        path = folder / name
        have = path.read_text(encoding="utf-8") if path.exists() else ""
        if have != wanted:
            old, new = have.splitlines(keepends=True), wanted.splitlines(keepends=True)
            diff = difflib.unified_diff(old, new, f"contracts/{name} on disk", f"contracts/{name} by the code")
            yield "".join(diff)
    for path in sorted((folder / "schemas").glob("*.json")):
        if f"schemas/{path.name}" not in files:
            yield f"contracts/schemas/{path.name} belongs to no contract; delete it\n"


def changes(contract: Contract, ledger: Ledger) -> list[Change]:
    """What today's schema changes against everything ever published under this name."""
    today = contract.shape()
    found = (change for before in ledger.published(contract.name).values() for change in compare(before, today))
    return list(dict.fromkeys(found))


def breaks(contracts: Iterable[Contract], ledger: Ledger) -> Iterator[str]:
    for contract in contracts:
        for change in changes(contract, ledger):
            if change.breaking:
                yield f"{contract.name} breaks what was published: {change}. Give the new meaning a subject of its own."


def notices(contracts: Iterable[Contract], ledger: Ledger) -> Iterator[str]:
    """Changes that today's readers refuse, and who must be rolled out before the sender."""
    for contract in contracts:
        if ledger.has(contract.name, contract.shape()):
            continue
        for change in changes(contract, ledger):
            readers = ", ".join(asyncapi.readers(contract.subject))
            yield f"{contract.name}: {change}. Older readers refuse it: roll out {readers} before the sender."


def unreadable(contracts: dict[str, Contract], folder: Path) -> Iterator[str]:
    """Examples that today's classes cannot read, and contracts that have too few."""
    for path in sorted((folder / "examples").glob("*/*")):
        name = path.relative_to(folder)
        try:
            contract_named(path.parent.name, contracts).model.model_validate_json(path.read_bytes())
        except UnknownContractError as error:
            yield f"{name}: {error}"
        except ValidationError as error:
            faults = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'body'}: {e['msg']}" for e in error.errors())
            yield f"{name} can no longer be read as {contracts[path.parent.name].model.__name__}: {faults}"
    for each in contracts:
        if len(list((folder / "examples" / each).glob("*.json"))) < MINIMUM_EXAMPLES:
            yield f"examples/{each}/ has fewer than {MINIMUM_EXAMPLES} examples"


def unpublished(contracts: Iterable[Contract], ledger: Ledger) -> Iterator[str]:
    for each in contracts:
        if not ledger.has(each.name, each.shape()):
            yield f"{each.name}: today's schema is not under published/; run `make contracts`"


def check(folder: Path = FOLDER) -> list[str]:
    """Every reason why contracts/ may not stay as it is; empty is green."""
    contracts, ledger = all_contracts(), Ledger(folder)
    return [
        *differences(generated(contracts), folder),
        *breaks(contracts.values(), ledger),
        *unpublished(contracts.values(), ledger),
        *ledger.edited(),
        *ledger.lost(),
        *unreadable(contracts, folder),
    ]


def write(folder: Path = FOLDER) -> list[str]:
    """Write what the code says and publish what is new; returns why not, and then has written nothing."""
    contracts, ledger = all_contracts(), Ledger(folder)
    if refused := list(breaks(contracts.values(), ledger)):
        return refused
    for notice in notices(contracts.values(), ledger):
        print(notice)
    files = generated(contracts)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for path in (folder / "schemas").glob("*.json"):
        if f"schemas/{path.name}" not in files:
            path.unlink()
    for each in contracts.values():
        if not ledger.has(each.name, each.shape()):
            ledger.publish(each.name, each.shape())
    return []


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.contracts", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, say what is wrong")
    faults = check() if parser.parse_args(arguments).check else write()
    for fault in faults:
        print(fault, file=sys.stderr)
    if reason := Ledger(FOLDER).history():
        print(f"contracts: {reason}, so removed examples and schemas may go unnoticed")
    if faults:
        print(f"contracts: {len(faults)} faults", file=sys.stderr)
        return 1
    print(f"contracts: {len(all_contracts())} contracts agree with the code and with everything published")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
