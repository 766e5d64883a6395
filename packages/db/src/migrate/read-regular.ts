import { readFile, stat } from 'node:fs/promises'

/** What is found where a file should be: its message is a sentence. */
export class NotAFile extends Error {}

/** Reads a file. A pipe would be waited for without an end. @throws {NotAFile} */
export async function readRegular(path: string): Promise<Buffer> {
  const found = await stat(path)
  if (found.isFile()) return readFile(path)
  throw new NotAFile(found.isDirectory() ? 'It is a folder.' : 'It is a pipe, a socket or a device.')
}
