import { describe, expect, it } from 'vitest'
import { SetupError } from '../errors/index.ts'
import {
  bind,
  bindRequest,
  type Container,
  createContainer,
  type Injectable,
  lazy,
  optional,
  ServiceError,
  token,
} from './index.ts'
// After this room's index, which loads what tsyringe needs.
import { container as tsyringe } from 'tsyringe'

interface Clock {
  now(): number
}
interface User {
  readonly id: string
}
const CLOCK = token<Clock>('clock')
const CURRENT_USER = token<User>('currentUser')

class Store {
  static inject = [CLOCK] as const
  readonly clock: Clock
  constructor(clock: Clock) {
    this.clock = clock
  }
}
class Orders {
  static inject = [Store, CURRENT_USER] as const
  static scope = 'request'
  readonly store: Store
  readonly user: User
  constructor(store: Store, user: User) {
    this.store = store
    this.user = user
  }
}
class Line {
  static inject = [Orders, Store] as const
  static scope = 'transient'
  readonly orders: Orders
  readonly store: Store
  constructor(orders: Orders, store: Store) {
    this.orders = orders
    this.store = store
  }
}
const providers = [bind(CLOCK, { value: { now: () => 1 } }), bindRequest(CURRENT_USER)]

function codeOf(action: () => unknown): string | undefined {
  try {
    action()
  } catch (error) {
    if (error instanceof ServiceError || error instanceof SetupError) return error.code
    throw error
  }
  return undefined
}

describe('singletons', () => {
  it('are constructed once, at first use, with what they need', () => {
    let made = 0
    const SIZE = token<number>('size')
    const container = createContainer([
      ...providers,
      bind(SIZE, {
        needs: [CLOCK, Store],
        make: (clock, store) => {
          made++
          return clock.now() + store.clock.now()
        },
      }),
    ])
    expect(container.check([])).toEqual([])
    expect(made).toBe(0)
    expect([container.resolve(SIZE), container.resolve(SIZE), made]).toEqual([2, 2, 1])
    expect(container.resolve(Store)).toBe(container.resolve(Store))
  })

  it.each([undefined, null, 0, false, ''])('may be %j', (value) => {
    let made = 0
    const VALUE = token<unknown>('value')
    const MADE = token<unknown>('made')
    const make = (): unknown => {
      made++
      return value
    }
    const container = createContainer([bind(VALUE, { value }), bind(MADE, { make })])
    expect(container.resolve(VALUE)).toBe(value)
    expect([container.resolve(MADE), container.resolve(MADE), made]).toEqual([value, value, 1])
  })

  it('belong to one app', () => {
    const [one, other] = [createContainer(providers), createContainer(providers)]
    expect(one.resolve(Store)).not.toBe(other.resolve(Store))
  })

  it("leave tsyringe's global container as it was", () => {
    createContainer(providers).resolve(Store)
    expect([tsyringe.isRegistered(Store), tsyringe.isRegistered(CLOCK as symbol)]).toEqual([false, false])
  })

  it('let an error of a constructor pass as it was thrown, and try again', () => {
    const error = new Error('no disk')
    let attempts = 0
    const DISK = token<string>('disk')
    const make = (): string => {
      if (attempts++ === 0) throw error
      return 'disk'
    }
    const container = createContainer([bind(DISK, { make })])
    expect(() => container.resolve(DISK)).toThrow(error)
    expect(container.resolve(DISK)).toBe('disk')
  })

  it('are made with any number of needs', () => {
    const tokens = Array.from({ length: 7 }, (_, index) => token<number>(`n${index}`))
    const values = tokens.map((target, value) => bind(target, { value }))
    for (let count = 0; count <= 7; count++) {
      class Many {
        static inject = tokens.slice(0, count)
        readonly got: number[]
        constructor(...got: number[]) {
          this.got = got
        }
      }
      const LIST = token<number[]>('list')
      const list = bind(LIST, { needs: tokens.slice(0, count), make: (...got) => got })
      const container = createContainer([...values, list])
      const expected = Array.from({ length: count }, (_, index) => index)
      expect(container.resolve(Many).got).toEqual(expected)
      expect(container.resolve(LIST)).toEqual(expected)
    }
  })

  it('bound to an abstract class are of the class that implements it', () => {
    abstract class Mailer {
      abstract send(): string
    }
    class Smtp extends Mailer {
      override send(): string {
        return 'sent'
      }
    }
    const container = createContainer([bind(Mailer, { class: Smtp })])
    expect(container.resolve(Mailer).send()).toBe('sent')
    expect(container.resolve(Smtp)).not.toBe(container.resolve(Mailer))
  })
})

describe('aliases', () => {
  const READER = token<Store>('reader')
  const FIRST = token<Store>('first')

  it('give the same instance, through any number of aliases', () => {
    const container = createContainer([
      ...providers,
      bind(FIRST, { alias: READER }),
      bind(READER, { alias: Store }),
    ])
    expect(container.resolve(FIRST)).toBe(container.resolve(Store))
  })

  it('of something request-scoped are request-scoped', () => {
    const OTHER = token<Orders>('other')
    const container = createContainer([...providers, bind(OTHER, { alias: Orders })])
    expect(container.isRequestScoped(OTHER)).toBe(true)
    const scope = container.createScope()
    scope.provide(CURRENT_USER, { id: 'u1' })
    expect(scope.resolve(OTHER)).toBe(scope.resolve(Orders))
  })
})

describe('request scopes', () => {
  function open(container: Container, id: string) {
    const scope = container.createScope()
    scope.provide(CURRENT_USER, { id })
    return scope
  }

  it('give one instance a request, and the singletons of the app', () => {
    const container = createContainer(providers)
    expect(container.check([{ target: Line, place: 'route lines' }])).toEqual([])
    const [one, other] = [open(container, 'u1'), open(container, 'u2')]
    expect(one.resolve(Orders)).toBe(one.resolve(Orders))
    expect(one.resolve(Orders)).not.toBe(other.resolve(Orders))
    expect([one.resolve(Orders).user.id, other.resolve(Orders).user.id]).toEqual(['u1', 'u2'])
    expect(one.resolve(Orders).store).toBe(container.resolve(Store))
  })

  it('give a new transient each time, holding the instances of the request', () => {
    const scope = open(createContainer(providers), 'u1')
    expect(scope.resolve(Line)).not.toBe(scope.resolve(Line))
    expect(scope.resolve(Line).orders).toBe(scope.resolve(Orders))
  })

  it('are needed for what is request-scoped or transient, not for singletons', () => {
    const container = createContainer(providers)
    const wanted: Injectable[] = [Orders, Line, CURRENT_USER, Store, CLOCK]
    expect(wanted.map((target) => container.isRequestScoped(target))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ])
  })

  it('construct something whose instance is undefined once', () => {
    let made = 0
    const NOTHING = token<undefined>('nothing')
    const make = (): undefined => void made++
    const scope = createContainer([bind(NOTHING, { make, scope: 'request' })]).createScope()
    scope.resolve(NOTHING)
    scope.resolve(NOTHING)
    expect(made).toBe(1)
  })

  it('say when a value was not provided', () => {
    const scope = createContainer(providers).createScope()
    expect(() => scope.resolve(Orders)).toThrow('CURRENT_USER is provided for each request')
  })

  it('refuse a second value, a singleton, and anything after their end', () => {
    const container = createContainer(providers)
    const scope = open(container, 'u1')
    expect(codeOf(() => scope.provide(CURRENT_USER, { id: 'u2' }))).toBe('ERR_CORE_DI_PROVIDE')
    expect(codeOf(() => scope.provide(CLOCK, { now: () => 2 }))).toBe('ERR_CORE_DI_PROVIDE')
    expect(scope.dispose()).toBeUndefined()
    expect(codeOf(() => scope.resolve(Orders))).toBe('ERR_CORE_DI_CLOSED')
    expect(codeOf(() => scope.provide(CURRENT_USER, { id: 'u2' }))).toBe('ERR_CORE_DI_CLOSED')
  })

  it('take a value of a token that is not bound without effect', () => {
    const scope = createContainer([]).createScope()
    expect(() => scope.provide(CURRENT_USER, { id: 'u1' })).not.toThrow()
  })

  it('let a provided value stand in for a request-scoped service', () => {
    const container = createContainer(providers)
    const scope = open(container, 'u1')
    const fake = new Orders(container.resolve(Store), { id: 'fake' })
    scope.provide(Orders, fake)
    expect(scope.resolve(Line).orders).toBe(fake)
  })

  it('are the only place to resolve what lives for a request', () => {
    const container = createContainer(providers)
    expect(codeOf(() => container.resolve(Orders))).toBe('ERR_CORE_DI_REQUEST_SCOPE')
    expect(codeOf(() => container.resolve(Line))).toBe('ERR_CORE_DI_REQUEST_SCOPE')
  })
})

describe('lazy and optional needs', () => {
  class Left {
    static inject = [lazy<Right>(() => Right)] as const
    readonly right: () => Right
    constructor(right: () => Right) {
      this.right = right
    }
  }
  class Right {
    static inject = [Left] as const
    readonly left: Left
    constructor(left: Left) {
      this.left = left
    }
  }

  it('let two singletons know each other', () => {
    const container = createContainer([])
    const left = container.resolve(Left)
    expect(left.right().left).toBe(left)
    expect(left.right()).toBe(container.resolve(Right))
  })

  it('let two of one request know each other', () => {
    const scoped = [
      bind(Left, { class: Left, scope: 'request' }),
      bind(Right, { class: Right, scope: 'request' }),
    ]
    const scope = createContainer(scoped).createScope()
    const left = scope.resolve(Left)
    expect(left.right().left).toBe(left)
  })

  it.each(['singleton', 'request'] as const)('say when a %s calls for itself in its constructor', (scope) => {
    class Eager {
      static inject = [lazy<Other>(() => Other)] as const
      constructor(other: () => Other) {
        other()
      }
    }
    class Other {
      static inject = [Eager] as const
      constructor(_eager: Eager) {}
    }
    const bound = [bind(Eager, { class: Eager, scope }), bind(Other, { class: Other, scope })]
    const opened = createContainer(bound).createScope()
    expect(codeOf(() => opened.resolve(Eager))).toBe('ERR_CORE_DI_CIRCULAR_CALL')
  })

  it('leave out what nothing provides', () => {
    const METRICS = token<Clock>('metrics')
    class Report {
      static inject = [optional(METRICS), optional(CLOCK)] as const
      readonly metrics: Clock | undefined
      readonly clock: Clock | undefined
      constructor(metrics: Clock | undefined, clock: Clock | undefined) {
        this.metrics = metrics
        this.clock = clock
      }
    }
    const report = createContainer(providers).resolve(Report)
    expect(report.metrics).toBeUndefined()
    expect(report.clock?.now()).toBe(1)
  })
})

describe('overrides', () => {
  const fake = bind(CLOCK, { value: { now: () => 99 } })

  it('take the place of a provider', () => {
    expect(
      createContainer(providers, { overrides: [fake] })
        .resolve(Store)
        .clock.now(),
    ).toBe(99)
  })

  it('take the place of a class that no provider names', () => {
    const overrides = [bind(Store, { value: new Store({ now: () => 5 }) })]
    const container = createContainer(providers, { overrides })
    expect(container.check([{ target: Line, place: 'route' }])).toEqual([])
    const scope = container.createScope()
    scope.provide(CURRENT_USER, { id: 'u1' })
    expect(scope.resolve(Orders).store.clock.now()).toBe(5)
  })

  it('win over what the framework provides to the scope', () => {
    const container = createContainer(providers, {
      overrides: [bind(CURRENT_USER, { value: { id: 'fake' } })],
    })
    expect(container.isRequestScoped(CURRENT_USER)).toBe(false)
    const scope = container.createScope()
    scope.provide(CURRENT_USER, { id: 'u1' })
    expect(scope.resolve(Orders).user.id).toBe('fake')
  })
})

describe('without a check before', () => {
  it('resolving verifies what is asked for', () => {
    const container = createContainer([])
    expect(codeOf(() => container.resolve(Store))).toBe('ERR_CORE_SETUP')
    expect(() => container.createScope().resolve(Store)).toThrow("Nothing provides the token 'clock'")
  })

  it('a failed verification leaves what was in order as it was', () => {
    const MISSING = token<Clock>('missing')
    const NAME = token<Store>('name')
    class Broken {
      static inject = [NAME, MISSING] as const
      constructor(_store: Store, _missing: Clock) {}
    }
    class Fine {
      static inject = [NAME] as const
      readonly store: Store
      constructor(store: Store) {
        this.store = store
      }
    }
    const container = createContainer([...providers, bind(NAME, { alias: Store })])
    container.isRequestScoped(Fine)
    expect(codeOf(() => container.resolve(Broken))).toBe('ERR_CORE_SETUP')
    expect(container.resolve(Fine).store).toBeInstanceOf(Store)
  })
})
