import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const dir = join(import.meta.dirname, '..')
const { exports } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as {
  readonly exports: Readonly<Record<string, string>>
}
const pieces = Object.entries(exports).filter(([subpath, file]) => subpath !== '.' && file.endsWith('.ts'))

/** The values of a file, in the order of the alphabet. */
async function namesOf(file: string): Promise<string[]> {
  return Object.keys((await import(join(dir, file))) as object).sort()
}

it('each piece is importable alone, and the root has all of them', async () => {
  const lists = await Promise.all(pieces.map(([, file]) => namesOf(file)))
  expect(await namesOf('src/index.ts')).toEqual(lists.flat().sort())
})
