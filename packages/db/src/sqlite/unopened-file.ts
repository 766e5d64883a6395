// Why a file cannot be opened: SQLite says that it cannot, and no more.
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/** What hinders that a file is opened, and what helps. */
export class UnopenedFileError extends Error {
  /** That of SQLite for a file that cannot be opened. */
  readonly errcode = 14
  readonly remedy: string

  constructor({ message, remedy }: { readonly message: string; readonly remedy: string }, cause: unknown) {
    super(message, { cause })
    this.remedy = remedy
  }
}

/** The error of a driver that could not open a file, or one that says more. */
export async function unopenedFile(file: string, error: unknown): Promise<unknown> {
  const reason = await reasonOf(file)
  return reason === undefined ? error : new UnopenedFileError(reason, error)
}

async function reasonOf(
  file: string,
): Promise<{ readonly message: string; readonly remedy: string } | undefined> {
  if (await isFolder(file))
    return { message: 'it is a folder', remedy: "Name a file in it: sqlite('data/shop.db')." }
  const folder = dirname(file)
  if (await isFolder(folder)) return undefined
  return {
    message: `its folder '${folder}' is not there`,
    remedy: 'Make the folder, or name a file in one that is there; a path begins where the process runs.',
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}
