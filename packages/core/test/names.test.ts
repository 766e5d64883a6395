import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const dir = join(import.meta.dirname, '..')
const { exports } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as {
  readonly exports: Readonly<Record<string, string>>
}
const subpaths = Object.entries(exports).filter(([, file]) => file.endsWith('.ts'))

/** The values of a subpath, in the order of the alphabet. */
async function namesOf(file: string): Promise<string[]> {
  return Object.keys((await import(join(dir, file))) as object).sort()
}

it.each(subpaths)('the names of %s are those that were agreed', async (subpath, file) => {
  const name = subpath === '.' ? 'root' : subpath.slice(2).replaceAll('/', '-')
  await expect(`${(await namesOf(file)).join('\n')}\n`).toMatchFileSnapshot(`names/${name}.txt`)
})

it('has at most 100 names at its root: those that an application is written with', async () => {
  expect((await namesOf('src/index.ts')).length).toBeLessThanOrEqual(100)
})
