import { describe, expect, it } from 'vitest'
import { FrameworkError } from '../errors/index.ts'
import { createLookup, type LookupEntry } from './lookup.ts'
import type { LookupOptions } from './lookup-tree.ts'

// A second matcher, as slow and plain as can be: it decodes each segment by itself, tries every pattern, and takes
// the one whose first differing segment is closer. The lookup has to agree with it on everything.

interface Rule {
  readonly method: string
  readonly source: string
  readonly segments: readonly string[]
}

type Answer = { readonly source: string; readonly values: readonly string[] } | 'none' | 'refused'

function rankOf(segment: string): number {
  return segment.startsWith('*') ? 2 : segment.startsWith(':') ? 1 : 0
}

class PlainMatcher {
  readonly rules: readonly Rule[]
  readonly options: LookupOptions

  constructor(routes: readonly LookupEntry<string>[], options: LookupOptions) {
    this.options = options
    this.rules = routes.map(({ method, pattern }) => ({
      method,
      source: `${method} ${pattern}`,
      segments: this.cut(pattern.slice(1).split('/')),
    }))
  }

  match(method: string, path: string): Answer {
    const decoded = this.decode(path)
    if (decoded === undefined) return 'refused'
    const parents = [method, ...(method === 'HEAD' ? ['GET'] : []), '*']
    const found = parents
      .flatMap((parent) => this.rules.filter((rule) => rule.method === parent))
      .flatMap((rule) => {
        const values = path.startsWith('/') ? this.values(rule, path, decoded) : undefined
        return values === undefined ? [] : [{ rule, values }]
      })
    // A stable sort: of equals, the method's own route comes first.
    found.sort((a, b) => compare(a.rule, b.rule))
    return found[0] === undefined ? 'none' : { source: found[0].rule.source, values: found[0].values }
  }

  allowed(path: string, methods: readonly string[]): readonly string[] | 'refused' {
    if (this.decode(path) === undefined) return 'refused'
    const known = methods.filter((method) => this.match(method, path) !== 'none')
    return known.length === 0 ? [] : [...new Set([...known, 'OPTIONS'])].sort()
  }

  duplicates(): number {
    const shapes = this.rules.map(({ method, segments }) =>
      JSON.stringify([
        method,
        segments.map((s) => (rankOf(s) > 0 ? rankOf(s) : this.fold(decodeURIComponent(s)))),
      ]),
    )
    return shapes.length - new Set(shapes).size
  }

  private values(rule: Rule, path: string, decoded: readonly string[]): readonly string[] | undefined {
    const values: string[] = []
    const request = this.cut(decoded)
    for (const [index, segment] of rule.segments.entries()) {
      const text = request[index]
      if (text === undefined) return undefined
      if (segment.startsWith('*')) {
        const rest = path.slice(1).split('/').slice(index).join('/')
        return rest === '' ? undefined : [...values, decodeURIComponent(rest)]
      }
      if (segment.startsWith(':')) {
        if (text === '') return undefined
        values.push(text)
      } else if (this.fold(decodeURIComponent(segment)) !== this.fold(text)) return undefined
    }
    return rule.segments.length === request.length ? values : undefined
  }

  private decode(path: string): readonly string[] | undefined {
    try {
      const segments = path.slice(1).split('/').map(decodeURIComponent)
      const parts = segments.flatMap((segment) => segment.split('/'))
      return path.includes('%00') || parts.includes('.') || parts.includes('..') ? undefined : segments
    } catch {
      return undefined
    }
  }

  private cut(segments: readonly string[]): readonly string[] {
    const isCut = this.options.trailingSlash === 'ignore' && segments.length > 1
    return isCut && segments.at(-1) === '' && segments.at(-2) !== '' ? segments.slice(0, -1) : segments
  }

  private fold(text: string): string {
    return this.options.caseSensitive === false ? text.toLowerCase() : text
  }
}

function compare(a: Rule, b: Rule): number {
  for (let index = 0; index < Math.min(a.segments.length, b.segments.length); index++) {
    const difference = rankOf(a.segments[index] ?? '') - rankOf(b.segments[index] ?? '')
    if (difference !== 0) return difference
  }
  return 0
}

/** Mulberry32: the same numbers for the same seed. */
function randomOf(seed: number): <T>(choices: readonly T[]) => T {
  let state = seed
  return (choices) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return choices[((t ^ (t >>> 14)) >>> 0) % choices.length] as never
  }
}

const METHODS = ['GET', 'POST', 'HEAD', '*', 'GET', 'GET']
const STATIC = ['a', 'b', 'A', 'ab', 'é', 'É', 'a b', 'x%2Fy', '%25', '%2525', '__proto__', 'a.b']
const REQUESTED = [...STATIC, '%61', '%41', '%C3%A9', '%c3%89', 'a%20b', 'x%2fy', 'X%2FY', 'x', 'y', '', '', '7', 'constructor', '...'] // prettier-ignore
const HOSTILE = ['%zz', '%', '%ff', '%00', '.', '..', '%2e', '.%2E', 'a%2F..', '%2F', '%252e%252e']
const LENGTHS = [1, 1, 2, 2, 3, 3, 4]

function randomPattern(pick: ReturnType<typeof randomOf>): string {
  const length = pick(LENGTHS)
  const segments = Array.from({ length }, (_, at) => (pick([true, true, false]) ? pick(STATIC) : `:p${at}`))
  const end = pick(['', '', '', '/', '/*rest'])
  return pick([...Array.from({ length: 20 }, () => `/${segments.join('/')}${end}`), '/', '/*rest'])
}

function randomPath(pick: ReturnType<typeof randomOf>, patterns: readonly string[]): string {
  // Half of the requests follow a pattern and so have a chance to match.
  const from = pick([true, false])
    ? pick(patterns).slice(1).split('/')
    : Array.from({ length: pick(LENGTHS) }, () => ':')
  const segments = from.flatMap((segment) => {
    if (segment.startsWith('*')) return Array.from({ length: pick(LENGTHS) }, () => pick(REQUESTED))
    const isKept = !segment.startsWith(':') && pick([true, true, true, true, false])
    return [isKept ? segment : pick([...REQUESTED, ...(pick([true, false, false, false]) ? HOSTILE : [])])]
  })
  return `/${segments.join('/')}${pick(['', '', '', '', '/'])}`
}

function answerOf(run: () => { value: string; values: readonly string[] } | undefined): Answer {
  const match = orRefused(run)
  if (match === 'refused') return match
  return match === undefined ? 'none' : { source: match.value, values: match.values }
}

function orRefused<T>(run: () => T): T | 'refused' {
  try {
    return run()
  } catch (error) {
    if (FrameworkError.is(error) && error.status === 400) return 'refused'
    throw error
  }
}

const OPTIONS: readonly LookupOptions[] = [
  {},
  { caseSensitive: false },
  { trailingSlash: 'ignore' },
  { caseSensitive: false, trailingSlash: 'ignore' },
]

describe.each(OPTIONS)('with the options %j', (options) => {
  it('agrees with a plain matcher on 20,000 requests to random routes, in any order of the routes', () => {
    const seen = { none: 0, refused: 0, found: 0 }
    for (let seed = 1; seed <= 100; seed++) {
      const pick = randomOf(seed)
      const routes = Array.from({ length: pick([1, 3, 8, 20, 60]) }, () => {
        const [method, pattern] = [pick(METHODS), randomPattern(pick)]
        return { method, pattern, value: `${method} ${pattern}`, place: `${method} ${pattern}` }
      })
      const plain = new PlainMatcher(routes, options)
      const { lookup, problems } = createLookup(routes, options)
      expect(problems).toHaveLength(plain.duplicates())
      const turned = problems.length === 0 ? createLookup(routes.toReversed(), options).lookup : lookup

      for (let request = 0; request < 200; request++) {
        const method = pick(['GET', 'POST', 'HEAD', 'PUT'])
        const path = randomPath(pick, routes.map((route) => route.pattern)) // prettier-ignore
        const wanted = plain.match(method, path)
        const where = `seed ${seed}: ${method} ${path}`
        const given = answerOf(() => lookup.match(method, path))
        const givenTurned = answerOf(() => turned.match(method, path))
        expect({ where, given, givenTurned }).toEqual({ where, given: wanted, givenTurned: wanted })
        seen[typeof wanted === 'string' ? wanted : 'found']++
      }
    }
    // The generator must not drift into asking only what nobody answers.
    expect(seen.found).toBeGreaterThan(5_000)
    expect(seen.none).toBeGreaterThan(3_000)
    expect(seen.refused).toBeGreaterThan(500)
  })

  it('allows the methods that match', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const pick = randomOf(seed)
      const routes = Array.from({ length: 12 }, () => {
        const [method, pattern] = [pick(['GET', 'POST', 'PUT', 'DELETE']), randomPattern(pick)]
        return { method, pattern, value: pattern, place: pattern }
      })
      const plain = new PlainMatcher(routes, options)
      const { lookup } = createLookup(routes, options)
      for (let request = 0; request < 50; request++) {
        const path = randomPath(pick, routes.map((route) => route.pattern)) // prettier-ignore
        const wanted = plain.allowed(path, ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'])
        const where = `seed ${seed}: ${path}`
        expect({ where, given: orRefused(() => lookup.allowed(path)) }).toEqual({ where, given: wanted })
      }
    }
  })
})
