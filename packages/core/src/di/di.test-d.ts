import { describe, expectTypeOf, it } from 'vitest'
import {
  type AllFitInject,
  bind,
  createContainer,
  type FitsInject,
  inject,
  injectable,
  type Injectable,
  lazy,
  optional,
  type Resolved,
  token,
  type Token,
} from './index.ts'
import type { TypeMessage } from '../errors/index.ts'

interface Clock {
  now(): number
}
interface Database {
  query(sql: string): string
}
const CLOCK = token<Clock>('clock')
const DATABASE = token<Database>('database')
const SIZE = token<number>('size')

class Store {
  static inject = [DATABASE, CLOCK] as const
  readonly database: Database
  constructor(database: Database, _clock: Clock) {
    this.database = database
  }
}
class Swapped {
  static inject = [CLOCK, DATABASE] as const
  constructor(_database: Database, _clock: Clock) {}
}
class SecondWrong {
  static inject = [DATABASE, SIZE] as const
  constructor(_database: Database, _clock: Clock) {}
}
class Short {
  static inject = [DATABASE] as const
  constructor(_database: Database, _clock: Clock) {}
}
class Long {
  static inject = [DATABASE, CLOCK] as const
  constructor(_database: Database) {}
}
class NoConst {
  static inject = [DATABASE]
  constructor(_database: Database) {}
}

/** How `route.inject` takes its services. */
declare function services<T extends { readonly [name: string]: Injectable }>(
  all: T & AllFitInject<T>,
): { readonly [K in keyof T]: Resolved<T[K]> }

describe('what needs give', () => {
  it('is the type of the token or the instance of the class', () => {
    expectTypeOf<Resolved<typeof CLOCK>>().toEqualTypeOf<Clock>()
    expectTypeOf<Resolved<typeof Store>>().toEqualTypeOf<Store>()
    expectTypeOf(lazy(() => Store)).toExtend<{ readonly '~need': 'lazy' }>()
    expectTypeOf<Resolved<ReturnType<typeof lazy<Store>>>>().toEqualTypeOf<() => Store>()
    expectTypeOf<Resolved<ReturnType<typeof optional<Clock>>>>().toEqualTypeOf<Clock | undefined>()
    expectTypeOf(services({ store: Store, clock: CLOCK })).toEqualTypeOf<{
      readonly store: Store
      readonly clock: Clock
    }>()
    expectTypeOf(createContainer([]).resolve(Store)).toEqualTypeOf<Store>()
    expectTypeOf(createContainer([]).createScope().resolve(CLOCK)).toEqualTypeOf<Clock>()
    expectTypeOf(token<Clock>('x')).toEqualTypeOf<Token<Clock>>()
    expectTypeOf<Resolved<string>>().toBeNever()
  })
})

describe('static inject', () => {
  it('passes when it fits, when there is none, and when the constructor takes nothing', () => {
    class Undeclared {
      constructor(_database: Database) {}
    }
    class Defaults {
      static inject = [DATABASE] as const
      constructor(_database: Database, _clock?: Clock) {}
    }
    class Fake extends Store {
      constructor() {
        super({ query: (sql) => sql }, { now: () => 0 })
      }
    }
    class Both {
      static inject = [lazy(() => Store), optional(CLOCK)] as const
      constructor(_store: () => Store, _clock: Clock | undefined) {}
    }
    services({ Store, Undeclared, Defaults, Fake, Both, CLOCK })
    bind(Store, { class: Fake })
  })

  it('gives a sentence when it does not fit', () => {
    expectTypeOf<FitsInject<typeof Store>>().toBeUnknown()
    expectTypeOf<FitsInject<typeof Swapped>>().toEqualTypeOf<
      TypeMessage<'Entry 1 of static inject gives another type than the constructor takes there.'>
    >()
    expectTypeOf<FitsInject<typeof SecondWrong>>().toEqualTypeOf<
      TypeMessage<'Entry 2 of static inject gives another type than the constructor takes there.'>
    >()
    expectTypeOf<FitsInject<typeof Short>>().toEqualTypeOf<
      TypeMessage<'static inject lists 1, the constructor takes 2.'>
    >()
    expectTypeOf<FitsInject<typeof Long>>().toEqualTypeOf<
      TypeMessage<'static inject lists 2, the constructor takes 1.'>
    >()
    expectTypeOf<FitsInject<typeof NoConst>>().toEqualTypeOf<
      TypeMessage<'Write `as const` behind the list of static inject, or its entries cannot be checked.'>
    >()
  })

  it('does not compile where it is used', () => {
    // @ts-expect-error the entries are swapped
    services({ store: Store, swapped: Swapped })
    // @ts-expect-error the second entry gives a number
    bind(SecondWrong, { class: SecondWrong })
    // @ts-expect-error an entry is missing
    bind(Short, { class: Short })
    // @ts-expect-error an entry too many
    bind(Long, { class: Long })
    // @ts-expect-error without `as const` nothing can be checked
    services({ store: NoConst })
  })
})

describe('bind', () => {
  it('infers what make takes from needs, and what it must give from the target', () => {
    bind(SIZE, {
      needs: [CLOCK, Store, lazy(() => Store), optional(DATABASE)],
      make: (clock, store, later, database) => {
        expectTypeOf(clock).toEqualTypeOf<Clock>()
        expectTypeOf(store).toEqualTypeOf<Store>()
        expectTypeOf(later).toEqualTypeOf<() => Store>()
        expectTypeOf(database).toEqualTypeOf<Database | undefined>()
        return clock.now()
      },
      dispose: (size) => expectTypeOf(size).toEqualTypeOf<number>(),
    })
    bind(DATABASE, { make: () => ({ query: (sql) => sql }) })
    bind(DATABASE, { make: async () => ({ query: (sql: string) => sql }) })
    bind(DATABASE, { value: { query: (sql) => sql }, dispose: true })
  })

  it('refuses what does not fit the target', () => {
    // @ts-expect-error a string is not a number
    bind(SIZE, { value: 'x' })
    // @ts-expect-error nor is what make gives
    bind(SIZE, { make: () => 'x' })
    // @ts-expect-error a Store is not a number
    bind(SIZE, { class: Store })
    // @ts-expect-error a database is not a number
    bind(SIZE, { alias: DATABASE })
    // @ts-expect-error make takes a clock
    bind(SIZE, { needs: [CLOCK], make: (size: number) => size })
    // @ts-expect-error the clock has no such method
    bind(SIZE, { needs: [CLOCK], make: (clock) => clock.later() })
    // @ts-expect-error a string is not a token
    bind(SIZE, { needs: ['clock'], make: () => 1 })
    // @ts-expect-error only a singleton may be made by a promise
    bind(SIZE, { make: async () => 1, scope: 'request' })
    // @ts-expect-error there is no such scope
    bind(SIZE, { make: () => 1, scope: 'session' })
    // @ts-expect-error nothing says how
    bind(SIZE, {})
  })
})

describe('decorators', () => {
  it('take scopes and needs of the right kind', () => {
    injectable({ scope: 'request' })(Store)
    inject(CLOCK)
    inject(lazy(() => Store))
    // @ts-expect-error there is no such scope
    injectable({ scope: 'session' })
    // @ts-expect-error a string is not a token
    inject('clock')
  })
})
