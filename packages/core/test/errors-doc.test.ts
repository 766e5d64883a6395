import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import * as errors from '../src/errors/index.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const packages = readdirSync(join(root, 'packages'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

/** Codes of our packages; not those that merely begin like them, nor Node's own. */
const CODE = new RegExp(
  `\\bERR_(?:${packages.map((name) => name.toUpperCase()).join('|')})_[A-Z]+(?:_[A-Z]+)*\\b`,
  'g',
)

/** What remedies name besides options: values, headers, functions. */
const OTHER_NAMES = [
  'authorize',
  'encodeURIComponent',
  'failures',
  'false',
  'lazy',
  'listen',
  'origin',
  'request',
  'requireCapabilities',
  'singleton',
  'transient',
  'true',
]

interface Row {
  readonly code: string
  readonly cells: readonly string[]
}

function rowsOf(page: string): Row[] {
  return [...page.matchAll(/^\| `(ERR_[A-Z_]+)` \|(.*)\|$/gm)].map(([, code, rest]) => ({
    code: code!,
    cells: rest!.split('|').map((cell) => cell.trim()),
  }))
}

/** Node has codes like these, too: ours are those of the package. */
const isOfNode = (code: string, name: string): boolean => code.startsWith('ERR_HTTP_') && name !== 'http'

/** Each code with a file that has it. */
function codesInSources(): Map<string, string> {
  const found = new Map<string, string>()
  for (const name of packages) {
    const src = join(root, 'packages', name, 'src')
    for (const file of readdirSync(src, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts') || file.endsWith('.test.ts') || file.endsWith('.test-d.ts')) continue
      for (const [code] of readFileSync(join(src, file), 'utf8').matchAll(CODE))
        if (!isOfNode(code, name)) found.set(code, `${name}/src/${file}`)
    }
  }
  return found
}

describe('docs/errors.md', () => {
  const rows = rowsOf(readFileSync(join(root, 'docs/errors.md'), 'utf8'))
  const listed = rows.map((row) => row.code)
  const used = codesInSources()

  it('lists every code that the packages have', () => {
    const missing = [...used].filter(([code]) => !listed.includes(code))
    expect(missing).toEqual([])
    expect(used.size).toBeGreaterThan(50)
  })

  it('lists no code that no package has', () => {
    expect(listed.filter((code) => !used.has(code))).toEqual([])
  })

  it('lists each code once', () => {
    expect(listed.filter((code, index) => listed.indexOf(code) !== index)).toEqual([])
  })

  it('gives each code a status, a meaning and a remedy', () => {
    const bad = rows.filter(({ cells }) => {
      const [status, meaning, remedy] = cells
      return (
        cells.length !== 3 ||
        !/^(?:[45]\d\d|Start|Check|Warning|Client)$/.test(status!) ||
        meaning === '' ||
        remedy === ''
      )
    })
    expect(bad).toEqual([])
  })

  it('names in a remedy no option that does not exist', () => {
    const reference = readFileSync(join(root, 'docs/reference/options.md'), 'utf8')
    const options = [...reference.matchAll(/^\| `(\S+)` \|/gm)].flatMap(([, path]) => path!.split('.'))
    const known = new Set([...options, ...OTHER_NAMES])
    const named = rows.flatMap(({ code, cells }) =>
      [...cells[2]!.matchAll(/`([a-z]\w*)`/gi)].map(([, name]) => `${code} ${name}`),
    )
    const unknown = named.filter((one) => /^\S+ [a-z]/.test(one) && !known.has(one.split(' ')[1]!))
    expect(unknown).toEqual([])
  })

  it('gives the status that the class has, and the name of the class', () => {
    const classes = Object.entries(errors).filter(
      ([, value]) => typeof value === 'function' && 'status' in value,
    )
    const wrong = classes.filter(([name, value]) => {
      const { code, status } = value as unknown as { readonly code: string; readonly status: number }
      const row = rows.find((one) => one.code === code)
      return row?.cells[0] !== String(status) || !row.cells[1]!.includes(`\`${name}\``)
    })
    expect(wrong.map(([name]) => name)).toEqual([])
    expect(classes.length).toBeGreaterThan(25)
  })
})
