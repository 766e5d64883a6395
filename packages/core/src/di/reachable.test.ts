import { describe, expect, it } from 'vitest'
import { lazy, optional } from './injectable.ts'
import { bind } from './provider.ts'
import { reachableTargets } from './reachable.ts'
import { token } from './token.ts'

const STORE = token<string>('store')
const BUS = token<string>('bus')
const NAME = token<string>('name')
class Cache {
  static readonly inject = [STORE] as const
  readonly store: string
  constructor(store: string) {
    this.store = store
  }
}
class Orders {
  static readonly inject = [Cache, optional(NAME)] as const
  readonly cache: Cache
  readonly name: string | undefined
  constructor(cache: Cache, name: string | undefined) {
    this.cache = cache
    this.name = name
  }
}
const providers = [bind(STORE, { value: 's' }), bind(BUS, { value: 'b' })]

describe('reachableTargets', () => {
  it('follows needs through services, and finds nothing that nobody needs', () => {
    const found = reachableTargets([Orders], providers)
    expect([...found].filter((one) => one !== NAME)).toEqual(expect.arrayContaining([Orders, Cache, STORE]))
    expect(found.has(BUS)).toBe(false)
  })

  it('follows aliases, factories and lazy needs', () => {
    const MADE = token<string>('made')
    const ALIAS = token<string>('alias')
    const more = [
      ...providers,
      bind(MADE, { needs: [lazy(() => BUS)], make: () => 'made' }),
      bind(ALIAS, { alias: MADE }),
    ]
    expect(reachableTargets([ALIAS], more).has(BUS)).toBe(true)
  })
})
