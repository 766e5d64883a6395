import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import {
  bind,
  bindRequest,
  createContainer,
  type Injectable,
  lazy,
  optional,
  type Provider,
  type Root,
  token,
} from './index.ts'

interface Clock {
  now(): number
}
interface Database {
  query(sql: string): unknown
}
interface User {
  readonly id: string
}
const CLOCK = token<Clock>('clock')
const DATABASE = token<Database>('database', { providedBy: 'the plugin database() of @keelson/db' })
const CURRENT_USER = token<User>('currentUser')
const READER = token<Database>('reader')
const clock: Clock = { now: () => 0 }

class Store {
  static inject = [DATABASE] as const
  constructor(_database: Database) {}
}
class Orders {
  static inject = [Store, CLOCK] as const
  constructor(_store: Store, _clock: Clock) {}
}

/** What `check` says, one line each, without line numbers. */
function report(target: unknown, providers: readonly Provider[] = [], more: readonly Root[] = []): string {
  const route: Root = { target: target as Injectable, place: 'route orders.show (GET /orders/:id)' }
  return print(createContainer(providers).check([route, ...more]))
}

function print(problems: ReturnType<ReturnType<typeof createContainer>['check']>): string {
  const text = problems.map((p) => `${p.code} ${p.place}\n  ${p.message}\n  => ${p.remedy}`).join('\n')
  return text.replaceAll(/[\w./-]+\.ts:\d+/g, 'FILE:LINE')
}

describe('what nothing provides', () => {
  it('names the chain, the line to add and the plugin that would do', () => {
    expect(report(Orders, [bind(CLOCK, { value: clock })])).toMatchInlineSnapshot(`
      "ERR_CORE_DI_MISSING route orders.show (GET /orders/:id)
        Nothing provides the token 'database', needed by route orders.show -> Orders -> Store -> DATABASE.
        => Add the plugin database() of @keelson/db, or \`bind(DATABASE, { make: () => … })\` to the providers."
    `)
  })

  it('reports a token once and names who else needs it', () => {
    const users = [1, 2, 3, 4, 5].map((n) =>
      Object.defineProperty(class extends Store {}, 'name', { value: `Store${n}` }),
    )
    const roots = users.map((target): Root => ({ target, place: 'route users' }))
    expect(report(Store, [], roots)).toMatchInlineSnapshot(`
      "ERR_CORE_DI_MISSING route orders.show (GET /orders/:id)
        Nothing provides the token 'database', needed by route orders.show -> Store -> DATABASE. Also needed by Store1, Store2, Store3 and 2 more.
        => Add the plugin database() of @keelson/db, or \`bind(DATABASE, { make: () => … })\` to the providers."
    `)
  })

  it('reports a token that a route itself needs', () => {
    expect(report(CLOCK)).toMatchInlineSnapshot(`
      "ERR_CORE_DI_MISSING route orders.show (GET /orders/:id)
        Nothing provides the token 'clock', needed by route orders.show -> CLOCK.
        => Add \`bind(CLOCK, { make: () => … })\` to the providers, or a plugin that binds it, as \`database(DB, …)\` binds DB."
    `)
  })

  it('reports a route that injects undefined, as an import cycle leaves it', () => {
    expect(report(undefined)).toMatchInlineSnapshot(`
      "ERR_CORE_DI_INVALID_NEED route orders.show (GET /orders/:id)
        What is asked for is undefined, neither a token nor a class (route orders.show -> undefined).
        => Write a class, or a token made with \`token<T>('name')\`; if it is undefined, break the import cycle."
    `)
  })

  it('reports an alias of nothing', () => {
    expect(report(READER, [bind(READER, { alias: DATABASE })])).toMatchInlineSnapshot(`
      "ERR_CORE_DI_MISSING route orders.show (GET /orders/:id)
        Nothing provides the token 'database', needed by route orders.show -> READER -> DATABASE.
        => Add the plugin database() of @keelson/db, or \`bind(DATABASE, { make: () => … })\` to the providers."
    `)
  })

  it('reports what a factory needs', () => {
    const providers = [bind(DATABASE, { needs: [CLOCK], make: () => ({ query: () => undefined }) })]
    expect(report(Store, providers)).toMatchInlineSnapshot(`
      "ERR_CORE_DI_MISSING route orders.show (GET /orders/:id)
        Nothing provides the token 'clock', needed by route orders.show -> Store -> DATABASE -> CLOCK.
        => Add \`bind(CLOCK, { make: () => … })\` to the providers, or a plugin that binds it, as \`database(DB, …)\` binds DB."
    `)
  })

  it('reports what only a provider needs that no route asks for', () => {
    expect(print(createContainer([bind(READER, { alias: DATABASE })]).check([]))).toMatchInlineSnapshot(`
      "ERR_CORE_DI_MISSING bind(READER) at FILE:LINE
        Nothing provides the token 'database', needed by READER -> DATABASE.
        => Add the plugin database() of @keelson/db, or \`bind(DATABASE, { make: () => … })\` to the providers."
    `)
  })

  it('tells a token from another of the same name', () => {
    const other = token<Clock>('clock')
    expect(report(CLOCK, [bind(other, { value: clock })])).toMatchInlineSnapshot(`
      "ERR_CORE_DI_MISSING route orders.show (GET /orders/:id)
        Nothing provides the token 'clock', needed by route orders.show -> CLOCK (made at FILE:LINE). CLOCK (made at FILE:LINE) has the same name, but is not the same.
        => Import the same constant in both places, or make both with \`token('clock', { shared: true })\`."
    `)
  })

  it('tells a private token from a shared one of the same name', () => {
    const shared = token<Clock>('clock', { shared: true })
    expect(report(shared, [bind(CLOCK, { value: clock })])).toMatchInlineSnapshot(`
      "ERR_CORE_DI_MISSING route orders.show (GET /orders/:id)
        Nothing provides the token 'clock', needed by route orders.show -> CLOCK (shared). CLOCK (made at FILE:LINE) has the same name, but is not the same.
        => Import the same constant in both places, or make both with \`token('clock', { shared: true })\`."
    `)
  })

  it('does not construct a built-in class that nobody bound', () => {
    class Report {
      static inject = [Date] as const
      constructor(_now: Date) {}
    }
    expect(report(Report)).toMatchInlineSnapshot(`
      "ERR_CORE_DI_MISSING route orders.show (GET /orders/:id)
        Nothing provides the built-in class Date, needed by route orders.show -> Report -> Date.
        => Add \`bind(Date, { make: () => … })\` to the providers."
    `)
  })

  it('reports what a lazy need lacks', () => {
    class Later {
      static inject = [lazy(() => Store)] as const
      constructor(_store: () => Store) {}
    }
    expect(report(Later)).toMatchInlineSnapshot(`
      "ERR_CORE_DI_MISSING route orders.show (GET /orders/:id)
        Nothing provides the token 'database', needed by route orders.show -> Later -> Store -> DATABASE.
        => Add the plugin database() of @keelson/db, or \`bind(DATABASE, { make: () => … })\` to the providers."
    `)
  })

  it('reports what is needed by something optional that is there', () => {
    class Maybe {
      static inject = [optional(READER)] as const
      constructor(_reader: Database | undefined) {}
    }
    expect(report(Maybe)).toBe('')
    expect(report(Maybe, [bind(READER, { alias: DATABASE })])).toMatchInlineSnapshot(`
      "ERR_CORE_DI_MISSING route orders.show (GET /orders/:id)
        Nothing provides the token 'database', needed by route orders.show -> Maybe -> READER -> DATABASE.
        => Add the plugin database() of @keelson/db, or \`bind(DATABASE, { make: () => … })\` to the providers."
    `)
  })
})

describe('circles', () => {
  class A {
    static inject: readonly unknown[]
    constructor(_b: unknown) {}
  }
  class B {
    static inject: readonly unknown[] = [A]
    constructor(_a: A) {}
  }
  class C {
    static inject: readonly unknown[] = [B]
    constructor(_b: B) {}
  }

  it('reports two that need each other', () => {
    A.inject = [B]
    expect(report(A)).toMatchInlineSnapshot(`
      "ERR_CORE_DI_CIRCULAR route orders.show (GET /orders/:id)
        A -> B -> A is a cycle of needs, so none of them can be constructed first (route orders.show -> A).
        => Move what they share into a third service, or let B take \`lazy<…>(() => A)\` instead of A."
    `)
  })

  it('reports three in a row, entered from outside', () => {
    A.inject = [C]
    class Entry {
      static inject = [B] as const
      constructor(_b: B) {}
    }
    expect(report(Entry)).toMatchInlineSnapshot(`
      "ERR_CORE_DI_CIRCULAR route orders.show (GET /orders/:id)
        B -> A -> C -> B is a cycle of needs, so none of them can be constructed first (route orders.show -> Entry -> B).
        => Move what they share into a third service, or let C take \`lazy<…>(() => B)\` instead of B."
    `)
  })

  it('reports one that needs itself', () => {
    A.inject = [A]
    expect(report(A)).toMatchInlineSnapshot(`
      "ERR_CORE_DI_CIRCULAR route orders.show (GET /orders/:id)
        A -> A is a cycle of needs, so none of them can be constructed first (route orders.show -> A).
        => Remove A from what A needs."
    `)
  })

  it('reports a circle through a factory', () => {
    A.inject = [DATABASE]
    expect(report(A, [bind(DATABASE, { needs: [A], make: () => ({ query: () => undefined }) })]))
      .toMatchInlineSnapshot(`
        "ERR_CORE_DI_CIRCULAR route orders.show (GET /orders/:id)
          A -> DATABASE -> A is a cycle of needs, so none of them can be constructed first (route orders.show -> A).
          => Move what they share into a third service, or let DATABASE take \`lazy<…>(() => A)\` instead of A."
      `)
  })

  it('reports aliases of each other', () => {
    const providers = [bind(READER, { alias: DATABASE }), bind(DATABASE, { alias: READER })]
    expect(report(READER, providers)).toMatchInlineSnapshot(`
      "ERR_CORE_DI_CIRCULAR route orders.show (GET /orders/:id)
        READER -> DATABASE -> READER is a cycle of needs, so none of them can be constructed first (route orders.show -> READER).
        => Remove READER from what DATABASE needs."
    `)
  })

  it('accepts a circle that one side enters lazily', () => {
    A.inject = [lazy(() => B)]
    expect(report(A)).toBe('')
  })
})

describe('captives', () => {
  const user = bindRequest(CURRENT_USER)

  it('reports a singleton class that holds something of the request', () => {
    class Audit {
      static inject = [CURRENT_USER] as const
      constructor(_user: User) {}
    }
    class Invoices {
      static inject = [Audit] as const
      constructor(_audit: Audit) {}
    }
    expect(report(Invoices, [user])).toMatchInlineSnapshot(`
      "ERR_CORE_DI_CAPTIVE route orders.show (GET /orders/:id)
        Audit lives as long as the app and would keep the CURRENT_USER of its first request: route orders.show -> Invoices -> Audit (singleton) -> CURRENT_USER (request).
        => Add \`static scope = 'request'\` to Audit, or pass the value to its methods."
    `)
  })

  it('sees through transient services and aliases', () => {
    class Audit {
      static inject = [READER] as const
      static scope = 'transient'
      constructor(_reader: Database) {}
    }
    class Invoices {
      static inject = [Audit] as const
      constructor(_audit: Audit) {}
    }
    const perRequest = bind(DATABASE, { make: () => ({ query: () => undefined }), scope: 'request' })
    expect(report(Invoices, [bind(READER, { alias: DATABASE }), perRequest])).toMatchInlineSnapshot(`
      "ERR_CORE_DI_CAPTIVE route orders.show (GET /orders/:id)
        Invoices lives as long as the app and would keep the DATABASE of its first request: route orders.show -> Invoices (singleton) -> Audit (transient) -> READER (alias) -> DATABASE (request).
        => Add \`static scope = 'request'\` to Invoices, or pass the value to its methods."
    `)
  })

  it('reports a bound factory, also when the need is lazy', () => {
    const factory = bind(READER, {
      needs: [lazy(() => CURRENT_USER)],
      make: () => ({ query: () => undefined }),
    })
    expect(report(READER, [user, factory])).toMatchInlineSnapshot(`
      "ERR_CORE_DI_CAPTIVE route orders.show (GET /orders/:id)
        READER lives as long as the app and would keep the CURRENT_USER of its first request: route orders.show -> READER (singleton) -> CURRENT_USER (request).
        => Add \`scope: 'request'\` to \`bind(READER, { … })\`, or pass the value to its methods."
    `)
  })
})

describe('classes that say too little or the wrong thing', () => {
  it('reports constructor parameters without any declaration', () => {
    class Undeclared {
      constructor(_database: Database, _requestClock: Clock) {}
    }
    expect(report(Undeclared)).toMatchInlineSnapshot(`
      "ERR_CORE_DI_UNDECLARED route orders.show (GET /orders/:id)
        The constructor of Undeclared takes (_database, _requestClock), and nothing says what to pass (route orders.show -> Undeclared).
        => Add \`static inject = [DATABASE, REQUEST_CLOCK] as const\` to Undeclared (tokens or classes, in the order of the parameters), or decorate it with \`@injectable()\`."
    `)
  })

  it('reports an undeclared constructor that is inherited', () => {
    class Base {
      constructor(_database: Database) {}
    }
    class Derived extends Base {}
    expect(report(Derived)).toMatchInlineSnapshot(`
      "ERR_CORE_DI_UNDECLARED route orders.show (GET /orders/:id)
        The constructor of Derived, inherited from Base, takes (_database), and nothing says what to pass (route orders.show -> Derived).
        => Add \`static inject = [DATABASE] as const\` to Derived (tokens or classes, in the order of the parameters), or decorate it with \`@injectable()\`."
    `)
  })

  it('reports an own constructor that no longer fits the inherited declaration', () => {
    class AuditedStore extends Store {
      constructor(database: Database, _audit: Clock) {
        super(database)
      }
    }
    expect(report(AuditedStore, [bind(DATABASE, { value: { query: () => 0 } })])).toMatchInlineSnapshot(`
      "ERR_CORE_DI_INJECT_LENGTH route orders.show (GET /orders/:id)
        static inject of AuditedStore lists 1, but its constructor takes 2, (database, _audit) (route orders.show -> AuditedStore).
        => The list is inherited. Add \`bind(AuditedStore, { needs: [DATABASE, AUDIT], make: (...needs) => new AuditedStore(...needs) })\`."
    `)
  })

  it('reports a list that is too short', () => {
    class Short {
      static inject = [CLOCK] as const
      constructor(_clock: Clock, _database: Database) {}
    }
    expect(report(Short, [bind(CLOCK, { value: clock })])).toMatchInlineSnapshot(`
      "ERR_CORE_DI_INJECT_LENGTH route orders.show (GET /orders/:id)
        static inject of Short lists 1, but its constructor takes 2, (_clock, _database) (route orders.show -> Short).
        => Write one entry for each parameter, in their order: \`static inject = [CLOCK, DATABASE] as const\`."
    `)
  })

  it('reports a list that is too long', () => {
    class Long {
      static inject = [CLOCK] as const
    }
    expect(report(Long, [bind(CLOCK, { value: clock })])).toMatchInlineSnapshot(`
      "ERR_CORE_DI_INJECT_LENGTH route orders.show (GET /orders/:id)
        static inject of Long lists 1, but its constructor takes none (route orders.show -> Long).
        => Remove \`static inject\` from Long, or add the parameters to its constructor."
    `)
  })

  it('reports an entry that is undefined, as an import cycle leaves it', () => {
    class Early {
      static inject = [undefined]
      constructor(_later: unknown) {}
    }
    expect(report(Early)).toMatchInlineSnapshot(`
      "ERR_CORE_DI_INVALID_NEED route orders.show (GET /orders/:id)
        Entry 1 of static inject of Early is undefined, neither a token nor a class (route orders.show -> Early).
        => It was not defined yet when Early was defined: break the import cycle, define it earlier, or write \`lazy(() => X)\`."
    `)
  })

  it('reports a lazy need of something that never comes to be', () => {
    class Later {
      static inject = [lazy(() => undefined as never)]
      constructor(_later: unknown) {}
    }
    expect(report(Later)).toMatchInlineSnapshot(`
      "ERR_CORE_DI_INVALID_NEED route orders.show (GET /orders/:id)
        Entry 1 of static inject of Later is lazy() of undefined, neither a token nor a class (route orders.show -> Later).
        => It was not defined yet when Later was defined: break the import cycle, define it earlier, or write \`lazy(() => X)\`."
    `)
  })

  it('reports a string and an object in the place of a token', () => {
    class Named {
      static inject = ['database', { query: 1 }]
      constructor(_database: unknown, _other: unknown) {}
    }
    expect(report(Named)).toMatchInlineSnapshot(`
      "ERR_CORE_DI_INVALID_NEED route orders.show (GET /orders/:id)
        Entry 1 of static inject of Named is 'database', neither a token nor a class (route orders.show -> Named).
        => Make a token once, \`const DATABASE = token<…>('database')\`, and write DATABASE here.
      ERR_CORE_DI_INVALID_NEED route orders.show (GET /orders/:id)
        Entry 2 of static inject of Named is an object, neither a token nor a class (route orders.show -> Named).
        => Write a class, or a token made with \`token<T>('name')\`."
    `)
  })

  it('reports a declaration that is no list', () => {
    class NoList {
      static inject = CLOCK
      constructor(_clock: Clock) {}
    }
    expect(report(NoList)).toMatchInlineSnapshot(`
      "ERR_CORE_DI_INVALID_NEED route orders.show (GET /orders/:id)
        static inject of NoList is Symbol(clock), not a list (route orders.show -> NoList).
        => Write it as a list: \`static inject = [TOKEN] as const\`."
    `)
  })

  it('reports a scope that does not exist', () => {
    class Wrong {
      static scope = 'session'
    }
    expect(report(Wrong)).toMatchInlineSnapshot(`
      "ERR_CORE_DI_SCOPE route orders.show (GET /orders/:id)
        The scope of Wrong is 'session' (route orders.show -> Wrong).
        => Write 'singleton', 'request' or 'transient'."
    `)
  })

  it('accepts what may be left out: defaults, rest, built-in bases, fakes without parameters', () => {
    class Defaults {
      static inject = [CLOCK] as const
      constructor(_clock: Clock, _retries = 3, ..._rest: unknown[]) {}
    }
    class Extra {
      static inject = [CLOCK, DATABASE] as const
      constructor(_clock: Clock, _database: Database | null = null) {}
    }
    class Bus extends EventEmitter {}
    class Failure extends Error {}
    class Fake extends Store {
      constructor() {
        super({ query: () => 'fake' })
      }
    }
    class Optional {
      constructor(_retries = 3) {}
    }
    const providers = [bind(CLOCK, { value: clock }), bind(DATABASE, { value: { query: () => 0 } })]
    for (const target of [Defaults, Extra, Bus, Failure, Optional, Fake])
      expect(report(target, providers)).toBe('')
    expect(report(Fake)).toBe('')
  })
})

describe('providers', () => {
  it('reports a token that is bound twice, naming both places', () => {
    expect(report(CLOCK, [bind(CLOCK, { value: clock }), bind(CLOCK, { make: () => clock })]))
      .toMatchInlineSnapshot(`
        "ERR_CORE_DI_DUPLICATE bind(CLOCK)
          CLOCK is bound twice: at FILE:LINE and at FILE:LINE.
          => Keep one of them; to replace it in a test, use \`createApp({ overrides: [bind(CLOCK, { … })] })\`."
      `)
  })

  it('names no place of one that a plugin of a package binds', () => {
    const bound = { ...bind(CLOCK, { value: clock }), place: () => undefined }
    expect(report(CLOCK, [bound, bound])).toContain('CLOCK is bound twice.')
    expect(report(CLOCK, [bound, bind(CLOCK, { value: clock })])).toContain(
      'CLOCK is bound twice: at FILE:LINE.',
    )
  })

  it('reports a binding that says nothing, two things, or nonsense', () => {
    const providers = [
      bind(CLOCK, {} as never),
      bind(DATABASE, { value: { query: () => 0 }, alias: READER } as never),
      bind(READER, { alias: 'database' } as never),
      bind(CURRENT_USER, { make: 'me' } as never),
      bind(Store, { class: () => 0 } as never),
      bind(Orders, { make: () => 0, needs: CLOCK, scope: 'forever' } as never),
      bind(undefined as never, { value: 1 }),
    ]
    expect(print(createContainer(providers).check([]))).toMatchInlineSnapshot(`
      "ERR_CORE_DI_INVALID_PROVIDER bind(CLOCK) at FILE:LINE
        The binding of CLOCK has none of \`value\`, \`class\`, \`make\` and \`alias\`.
        => Write exactly one of \`value\`, \`class\`, \`make\` and \`alias\`.
      ERR_CORE_DI_INVALID_PROVIDER bind(DATABASE) at FILE:LINE
        The binding of DATABASE has \`value\` and \`alias\`.
        => Write exactly one of \`value\`, \`class\`, \`make\` and \`alias\`.
      ERR_CORE_DI_INVALID_PROVIDER bind(READER) at FILE:LINE
        \`alias\` in the binding of READER is a string.
        => Write a token or a class.
      ERR_CORE_DI_INVALID_PROVIDER bind(CURRENT_USER) at FILE:LINE
        \`make\` in the binding of CURRENT_USER is a string.
        => Write a function.
      ERR_CORE_DI_INVALID_PROVIDER bind(Store) at FILE:LINE
        \`class\` in the binding of Store is the function class.
        => Write a class.
      ERR_CORE_DI_SCOPE bind(Orders) at FILE:LINE
        The scope of Orders is 'forever'.
        => Write 'singleton', 'request' or 'transient'.
      ERR_CORE_DI_INVALID_PROVIDER bind(Orders) at FILE:LINE
        \`needs\` in the binding of Orders is Symbol(clock).
        => Write a list of tokens and classes.
      ERR_CORE_DI_INVALID_PROVIDER bind at FILE:LINE
        The target is undefined, neither a token nor a class.
        => Bind a class, or a token made with \`token<T>('name')\`; if it is undefined, break the import cycle."
    `)
  })

  it('reports an override of something that nobody needs', () => {
    const container = createContainer([bind(CLOCK, { value: clock })], {
      overrides: [bind(READER, { value: { query: () => 0 } })],
    })
    expect(print(container.check([{ target: CLOCK, place: 'route now' }]))).toMatchInlineSnapshot(`
      "ERR_CORE_DI_OVERRIDE_UNUSED override of READER at FILE:LINE
        Nothing needs READER and nothing provides it, so the override has no effect.
        => Remove the override, or override what the routes need."
    `)
  })

  it('reports an override of another token of the same name', () => {
    const overrides = [bind(token<Clock>('clock'), { value: clock })]
    const container = createContainer([bind(CLOCK, { value: clock })], { overrides })
    expect(print(container.check([{ target: CLOCK, place: 'route now' }]))).toMatchInlineSnapshot(`
      "ERR_CORE_DI_OVERRIDE_UNUSED override of CLOCK (made at FILE:LINE) at FILE:LINE
        Nothing needs CLOCK (made at FILE:LINE) and nothing provides it, so the override has no effect. CLOCK (made at FILE:LINE) has the same name, but is not the same.
        => Import the same constant in both places, or make both with \`token('clock', { shared: true })\`."
    `)
  })
})

describe('a token that stands for the only one of its kind', () => {
  const ONLY = token<Clock>('only', { ambiguous: 'Name the one that is meant.' })
  const one = bind(ONLY, { value: clock })

  it('is bound to it', () => {
    expect(report(ONLY, [one])).toBe('')
  })

  it('stands for none of several, which is a problem only where it is needed', () => {
    expect(report(CLOCK, [one, one, bind(CLOCK, { value: clock })])).toBe('')
    expect(report(ONLY, [one, one])).toMatch(
      /Several provide the token 'only', so it stands for none of them; needed by .* -> ONLY\.\n +=> Name the one that is meant\./,
    )
  })
})
