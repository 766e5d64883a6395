import { describe, expect, it } from 'vitest'
import { MethodTable } from './lookup-tree.ts'
import { Walker } from './lookup-walk.ts'
import { parsePattern } from './path-pattern.ts'

function tableOf(patterns: readonly string[]): MethodTable<string> {
  const table = new MethodTable<string>({})
  for (const pattern of patterns) {
    const route = { method: 'GET', pattern: parsePattern(pattern, pattern), value: pattern, place: pattern }
    expect(table.add(route)).toBeUndefined()
  }
  table.compress()
  return table
}

/** Which pattern takes the path, and how many nodes were entered to find it. */
function count(table: MethodTable<string>, path: string): { found: string | undefined; steps: number } {
  const walker = new Walker(table.maxParams)
  const found = walker.walk(table.root, path)?.value
  return { found, steps: walker.steps }
}

/** All patterns of `depth` segments, each `a` or a param: every path of `a` has all of them to try. */
function thicket(depth: number): readonly string[] {
  const patterns: string[] = []
  for (let bits = 0; bits < 2 ** depth; bits++) {
    const segments = Array.from({ length: depth }, (_, at) => ((bits >> at) & 1 ? 'a' : `:p${at}`))
    patterns.push(`/${segments.join('/')}/end/:last`)
  }
  return patterns
}

describe('the work of a walk', () => {
  it('is the same with 10 and with 10,000 routes', () => {
    const steps = [10, 100, 1_000, 10_000].map((size) => {
      const resources = Array.from({ length: size / 5 }, (_, index) => `/api/v1/resource${index}`)
      const table = tableOf(
        resources.flatMap((path) => [
          `${path}/:id`,
          `${path}/:id/items`,
          `${path}/:id/items/:item`,
          `${path}/by-name/:name`,
          `${path}/files/*path`,
        ]),
      )
      const last = resources.at(-1)
      return [
        count(table, `${last}/7`),
        count(table, `${last}/7/items`),
        count(table, `${last}/7/items/8`),
        count(table, `${last}/files/a/b/c`),
        count(table, '/api/v1/unknown/7'),
        count(table, '/other'),
      ].map((result) => result.steps)
    })
    expect(steps[0]).toEqual([2, 3, 4, 3, 1, 1])
    for (const row of steps.slice(1)) expect(row).toEqual(steps[0])
  })

  it('takes static segments without alternative in one step', () => {
    const table = tableOf(['/a/b/c/:x/d/e/f/:y', '/a/b/c/:x/d/e/f/:y/g/h/*z'])
    expect(count(table, '/a/b/c/1/d/e/f/2').steps).toBe(2)
    expect(count(table, '/a/b/c/1/d/e/f/2/g/h/i').steps).toBe(3)
  })

  it('does not grow with a path that is longer than every pattern', () => {
    const table = tableOf([...thicket(4), '/:a/:b/:c/:d/*rest', '/x/*rest', '/:a/b/:c/d'])
    const short = count(table, `${'/a'.repeat(6)}`)
    const long = count(table, '/a'.repeat(1_000))
    expect(long.found).toBe('/:a/:b/:c/:d/*rest')
    expect(long.steps).toBe(short.steps)
  })

  it('enters no node twice, even where every segment leaves two ways and none succeeds', () => {
    const depth = 10
    const { found, steps } = count(tableOf(thicket(depth)), `${'/a'.repeat(depth)}/nearly/x`)
    expect(found).toBeUndefined()
    // One node for each beginning of a pattern: 1 + 2 + 4 … + 1,024.
    expect(steps).toBe(2 ** (depth + 1) - 1)
  })

  it('follows one way where static segments and params do not mix', () => {
    const params = `/${Array.from({ length: 50 }, (_, at) => `:p${at}`).join('/')}`
    const table = tableOf([params, `${params}/*rest`])
    expect(count(table, '/a'.repeat(1_000)).steps).toBe(51)
    expect(count(table, `${'/'.repeat(1_000)}`).steps).toBe(1)
  })
})
