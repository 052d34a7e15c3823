"""``silian backup``, ``restore`` and ``drill``: what is kept against a bad day, and whether it is any good."""

from __future__ import annotations

import tarfile
from pathlib import Path

import click

from webapp import clock, settings
from webapp.backups import archive, drilling, making, restoring
from webapp.backups.archive import Broken
from webapp.backups.copies import InUse, NoTools
from webapp.cli import Said, in_app
from webapp.people import heads

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.argument("folder", type=FOLDER, required=False)
@click.option("--without-photos", is_flag=True, help="The database alone: for often, beside a copy of blobs/.")
@click.option("--keep", type=click.IntRange(1), default=making.KEPT, show_default=True, help="How many stay there.")
@click.option("--keys", type=click.Path(path_type=Path), metavar="FILE", help="Copy the two keys, and nothing else.")
@in_app
def backup(folder: Path | None, without_photos: bool, keep: int, keys: Path | None) -> None:
    """Write a backup into FOLDER (instance/backups) while everything runs.

    One file with the database, the photos and a digest of every part; it is read back before it gets its name. The keys
    are not in it; keep them in another place: --keys.
    """
    if keys:
        _copy_keys(keys)
        return
    try:
        file = making.backup(folder, not without_photos, keep)
        manifest = archive.check(file)
    except (Broken, NoTools, OSError) as error:
        raise Said(f"There is no new backup: {error}") from error
    photos = "without photos" if without_photos else f"{len(manifest.blobs)} photos and recordings"
    size = f"{file.stat().st_size // 1024} KB"
    click.echo(f"{file}\n  {len(manifest.tables)} tables, {photos}, {size}. The keys are not in it.")


def _copy_keys(target: Path) -> None:
    chosen = settings.current()
    found = [path for path in (chosen.instance / "secret-key", chosen.vapid_key) if path.exists()]
    if not found:
        raise Said("There are no keys here: SECRET_KEY comes from the environment, and pushes have never been set up.")
    try:
        with open(target, "xb", opener=archive.private) as file, tarfile.open(fileobj=file, mode="w") as tar:
            for path in found:
                tar.add(path, path.name)
    except FileExistsError:
        raise Said(f"{target} is there already.") from None
    click.echo(f"{target}\n  {', '.join(path.name for path in found)}. Whoever has this can sign as this server.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
@in_app
def restore(file: Path, yes: bool) -> None:
    """Put a backup in the place of what is here, which is kept aside. Stop Silian first.

    What phones have sent since then comes back by itself at their next contact. What was done at the desk does not.
    """
    try:
        manifest = restoring.fit(file)
        if not yes:
            click.confirm(f"This puts back what was here at {manifest.made_at}. Go on?", abort=True)
        aside = restoring.restore(file)
        heads.note_restored(clock.now())
    except (Broken, NoTools) as error:
        raise Said(f"Nothing was changed: {error}") from error
    except InUse:
        raise Said("Nothing was changed: Silian is running. Stop web server and worker first.") from None
    click.echo(f"Restored as of {manifest.made_at}. What was here until now: {aside or 'nothing'}")
    click.echo("Next: silian upgrade, then silian run.")


@click.command()
@click.argument("folder", type=FOLDER, required=False)
@in_app
def drill(folder: Path | None) -> None:
    """Restore the newest backup in FOLDER beside the live instance and compare digests; ends with 1 where any differ.

    Nothing of the live instance is changed.
    """
    file = making.newest(folder)
    if file is None:
        raise Said("There is no backup yet: silian backup makes one.")
    try:
        found = drilling.drill(file)
    except (Broken, NoTools) as error:
        raise Said(f"{file} is no good: {error}") from error
    if found.faults:
        raise Said(f"{file} is no good:\n  " + "\n  ".join(found.faults))
    click.echo(f"{file}\n  of {found.made_at}: {found.tables} tables and {found.blobs} photos are as they were.")


COMMANDS = (backup, restore, drill)
