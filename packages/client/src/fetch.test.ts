import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

/** What a module and all that it imports load, types left out. */
function loadedBy(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found
  found.add(file)
  const text = readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '')
  for (const [, clause = '', name = ''] of text.matchAll(
    /^(?:import|export)\b([^'"\n;=]*?)\bfrom '([^']+)'/gm,
  )) {
    if (/^\s*type\b/.test(clause)) continue
    if (name.startsWith('.')) loadedBy(join(dirname(file), name), found)
    else if (name.startsWith('@keelson/')) loadedBy(fileURLToPath(import.meta.resolve(name)), found)
    else found.add(name)
  }
  return found
}

const here = fileURLToPath(new URL('.', import.meta.url))
const contract = dirname(fileURLToPath(import.meta.resolve('@keelson/contract')))

describe('the build for browsers', () => {
  it.each(['fetch.ts', 'fetch-streams.ts'])(
    '%s loads its own files and the contract, and nothing of Node',
    (entry) => {
      const loaded = [...loadedBy(join(here, entry))]
      expect(loaded.length).toBeGreaterThan(2)
      const strange = loaded.filter((file) => dirname(file) + '/' !== here && dirname(file) !== contract)
      expect(strange).toEqual([])
      expect(loaded.some((file) => file.endsWith('undici-transport.ts'))).toBe(false)
    },
  )

  it('would notice what the build for Node loads', () => {
    const loaded = [...loadedBy(join(here, 'index.ts'))]
    expect(loaded).toContain('node:url')
  })
})
