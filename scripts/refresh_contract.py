"""Take GitHub's contract from its packages again: `python -m scripts.refresh_contract --help`.

Writes the extracts in `src/bugaction/sandbox/contract/` and the example payloads in
`tests/contract/examples/`, and checks, against GitHub's full schema and description, every GraphQL document
of the adapter and every REST operation of the table in `scripts/contract/operations.py`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

import click
from graphql import GraphQLError, GraphQLSchema, parse
from graphql.validation import NoDeprecatedCustomRule, specified_rules, validate

from bugaction.github.samples import documents
from scripts.contract import examples, files, notice, openapi, review, sdl, sources

ROOT = Path(__file__).resolve().parents[1]
CONTRACT = Path("src/bugaction/sandbox/contract")
EXAMPLES = Path("tests/contract/examples")


def build(given: sources.Sources, schema: sdl.FullSchema, texts: Iterable[str]) -> dict[Path, str]:
    """Every file to be written, below the repository's root and without `.gz`, with its text."""
    description = given.description()
    built = {
        CONTRACT / "schema.graphql": schema.prune(map(parse, texts)),
        CONTRACT / "openapi.json": files.lines(openapi.prune_rest(description)),
        CONTRACT / "webhooks.json": files.lines(openapi.prune_webhooks(description)),
        CONTRACT / "NOTICE.md": notice.render(
            given,
            "`schema.graphql`, `openapi.json` and `webhooks.json` are parts of GitHub's own descriptions.",
            (sources.GRAPHQL_SCHEMA, sources.OPENAPI),
        ),
        EXAMPLES / "NOTICE.md": notice.render(
            given, "The payloads here are GitHub's real ones.", (sources.WEBHOOK_EXAMPLES,)
        ),
    }
    for event, payloads in examples.collect(given.examples()).items():
        built[EXAMPLES / f"{event}.json"] = examples.render(payloads)
    return built


def differences(built: Mapping[Path, str], root: Path) -> list[str]:
    """Which of the files below `root` are not as built: changed, absent or left over."""
    found = []
    for path, text in built.items():
        there = [root / path.with_name(name) for name in (path.name, f"{path.name}.gz")]
        present = [files.read(file) for file in there if file.is_file()]
        if present != [text.encode("utf-8") + b"\n"]:
            found.append(f"{path} is not as the packages give it")
    known = {path.name for path in built if path.parent == EXAMPLES}
    for file in sorted((root / EXAMPLES).iterdir()):
        if file.name.removesuffix(".gz") not in known:
            found.append(f"{EXAMPLES / file.name} is no example of the packages")
    return found


def refused(schema: GraphQLSchema, texts: Mapping[str, str]) -> list[str]:
    """How documents, by name, break the schema; the use of a deprecated field counts."""
    rules = [*specified_rules, NoDeprecatedCustomRule]
    found = []
    for name, text in texts.items():
        try:
            errors = validate(schema, parse(text), rules, max_errors=100)
        except GraphQLError as error:
            errors = [error]
        found += [f"{name}: {error.message}" for error in errors]
    return found


@click.command()
@click.option(
    "--from",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with the unpacked packages, as <name>-<version>/package; without it npm fetches them.",
)
@click.option("--check", is_flag=True, help="Write nothing; end with 1 where the files are not up to date.")
def main(folder: Path | None, check: bool) -> None:
    """Refresh (or check) the extracts of GitHub's contract.

    Example: python -m scripts.refresh_contract --check
    """
    with ExitStack() as stack:
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            given = sources.download(folder)
        else:
            given = sources.Sources(folder)
        try:
            problems = refresh(given, check=check)
        except (sources.SourceError, openapi.DescriptionError) as error:
            raise click.ClickException(str(error)) from error
    for problem in problems:
        click.echo(f"PROBLEM {problem}", err=True)
    if problems:
        raise SystemExit(1)


def refresh(given: sources.Sources, *, check: bool) -> list[str]:
    """Write the files (or compare them, for `check`), print the report, and return what is wrong."""
    schema = sdl.FullSchema(given.sdl())
    texts = {name: document.text for name, document in documents().items()}
    problems = refused(schema.schema, texts)
    click.echo(f"{len(texts)} documents checked against GitHub's full schema")
    if problems:
        return problems
    built = build(given, schema, texts.values())
    for line in review.report(given.description()):
        click.echo(line)
    if check:
        return differences(built, ROOT)
    for path, text in built.items():
        written = files.write(ROOT / path.parent, path.name, text)
        click.echo(f"{written.stat().st_size:>9,} bytes  {written.relative_to(ROOT)}")
    return []


if __name__ == "__main__":
    main()
