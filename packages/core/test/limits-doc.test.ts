import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from '../src/server/index.ts'

const page = readFileSync(new URL('../../../docs/guides/server.md', import.meta.url), 'utf8')

describe('the table of limits in the guide', () => {
  it('has the default of every limit', () => {
    const rows = [...page.matchAll(/^\| `(\w+)` \| ([\d,]+)(?:, none)? \|/gm)]
    const told = Object.fromEntries(rows.map(([, name, value]) => [name, Number(value?.replaceAll(',', ''))]))
    expect(told).toEqual(DEFAULT_LIMITS)
  })
})
