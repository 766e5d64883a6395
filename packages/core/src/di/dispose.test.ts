import { describe, expect, it } from 'vitest'
import { bind, bindRequest, createContainer, DisposeError, ServiceError, token } from './index.ts'

/** Services that note their own closing, each by another means. */
function services() {
  const closed: string[] = []
  class First {
    [Symbol.dispose](): void {
      closed.push('first')
    }
  }
  class Second {
    static inject = [First] as const
    constructor(_first: First) {}
    async [Symbol.asyncDispose](): Promise<void> {
      await Promise.resolve()
      closed.push('second')
    }
  }
  class Third {
    static inject = [Second] as const
    constructor(_second: Second) {}
    dispose(): void {
      closed.push('third')
    }
  }
  const FOURTH = token<{ readonly open: boolean }>('fourth')
  const fourth = bind(FOURTH, {
    needs: [Third],
    make: () => ({ open: true }),
    dispose: (value) => void closed.push(`fourth ${value.open}`),
  })
  return { closed, First, Second, Third, FOURTH, fourth }
}

async function failuresOf(closing: Promise<void> | undefined): Promise<string[]> {
  const error = await Promise.resolve(closing).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(DisposeError)
  return (error as DisposeError).failures.map(
    (failure) => `${failure.service}: ${(failure.error as Error).message}`,
  )
}

describe('closing an app', () => {
  it('closes what was constructed in reverse order, each once', async () => {
    const { closed, FOURTH, fourth } = services()
    const container = createContainer([fourth])
    container.resolve(FOURTH)
    await Promise.all([container.dispose(), container.dispose()])
    await container.dispose()
    expect(closed).toEqual(['fourth true', 'third', 'second', 'first'])
  })

  it('closes nothing that was not constructed', async () => {
    const { closed, First, fourth } = services()
    const container = createContainer([fourth])
    container.resolve(First)
    await container.dispose()
    expect(closed).toEqual(['first'])
  })

  it('leaves given values alone unless asked, and closes those last', async () => {
    const { closed, First, Third, FOURTH } = services()
    const GIVEN = token<Disposable>('given')
    const first = new First()
    const container = createContainer([
      bind(GIVEN, { value: new First() }),
      bind(First, { value: first, dispose: true }),
      bind(FOURTH, { value: { open: false }, dispose: (value) => void closed.push(`fourth ${value.open}`) }),
    ])
    container.resolve(Third)
    container.resolve(GIVEN)
    await container.dispose()
    expect(closed).toEqual(['third', 'second', 'fourth false', 'first'])
  })

  it('closes an object that several bindings give once', async () => {
    const { closed, First } = services()
    const [A, B] = [token<Disposable>('a'), token<Disposable>('b')]
    const container = createContainer([
      bind(A, { needs: [First], make: (first) => first }),
      bind(B, { alias: A }),
    ])
    container.resolve(B)
    await container.dispose()
    expect(closed).toEqual(['first'])
  })

  it('does not close what says so', async () => {
    const { closed, First } = services()
    const OWN = token<Disposable>('own')
    const container = createContainer([bind(OWN, { make: () => new First(), dispose: false })])
    container.resolve(OWN)
    await container.dispose()
    expect(closed).toEqual([])
  })

  it('goes on after a failure and reports all', async () => {
    const { closed, First } = services()
    const [SYNC, ASYNC] = [token<object>('sync'), token<object>('async')]
    const fail = (word: string) => (): never => {
      throw new Error(word)
    }
    const container = createContainer([
      bind(SYNC, { needs: [First], make: () => ({}), dispose: fail('sync') }),
      bind(ASYNC, { needs: [SYNC], make: () => ({}), dispose: async () => fail('async')() }),
    ])
    container.resolve(ASYNC)
    expect(await failuresOf(container.dispose())).toEqual(['ASYNC: async', 'SYNC: sync'])
    expect(closed).toEqual(['first'])
  })

  it('stops waiting when the signal aborts, but still closes the rest', async () => {
    const { closed, First } = services()
    const STUCK = token<object>('stuck')
    const ending = new AbortController()
    const container = createContainer([
      bind(STUCK, {
        needs: [First],
        make: () => ({}),
        dispose: () => {
          queueMicrotask(() => ending.abort(new Error('budget spent')))
          return new Promise(() => undefined)
        },
      }),
    ])
    container.resolve(STUCK)
    expect(await failuresOf(container.dispose({ signal: ending.signal }))).toEqual(['STUCK: budget spent'])
    expect(closed).toEqual(['first'])
  })

  it('stops waiting after timeoutMs', async () => {
    const STUCK = token<object>('stuck')
    const container = createContainer([
      bind(STUCK, { make: () => ({}), dispose: () => new Promise(() => undefined) }),
    ])
    container.resolve(STUCK)
    expect(await failuresOf(container.dispose({ timeoutMs: 1 }))).toEqual(['STUCK: not closed within 1 ms'])
  })

  it('ends the giving of services', async () => {
    const { First } = services()
    const container = createContainer([])
    container.resolve(First)
    await container.dispose()
    expect(() => container.resolve(First)).toThrow(ServiceError)
    expect(() => container.createScope().resolve(class Other {})).toThrow(
      'after its app or request had ended',
    )
  })
})

describe('closing a request scope', () => {
  it('needs no promise when nothing wants closing', () => {
    class Plain {
      static scope = 'request'
    }
    const scope = createContainer([]).createScope()
    scope.resolve(Plain)
    expect(scope.dispose()).toBeUndefined()
  })

  it('closes synchronously what closes synchronously', () => {
    const { closed, First } = services()
    const container = createContainer([bind(First, { class: First, scope: 'request' })])
    const scope = container.createScope()
    scope.resolve(First)
    expect(scope.dispose()).toBeUndefined()
    expect(closed).toEqual(['first'])
    expect(scope.dispose()).toBeUndefined()
    expect(closed).toEqual(['first'])
  })

  it('closes in reverse order, transient instances too, and leaves singletons to the app', async () => {
    const { closed, First, Second, Third } = services()
    const container = createContainer([
      bind(Second, { class: Second, scope: 'request' }),
      bind(Third, { class: Third, scope: 'transient' }),
    ])
    const scope = container.createScope()
    scope.resolve(Third)
    scope.resolve(Third)
    await scope.dispose()
    expect(closed).toEqual(['third', 'third', 'second'])
    await container.dispose()
    expect(closed).toEqual(['third', 'third', 'second', 'first'])
    expect(First).toBeDefined()
  })

  it('closes what was constructed before a constructor threw', () => {
    const { closed, First } = services()
    const BROKEN = token<object>('broken')
    const make = (): never => {
      throw new Error('broken')
    }
    const container = createContainer([
      bind(First, { class: First, scope: 'request' }),
      bind(BROKEN, { needs: [First], make, scope: 'request' }),
    ])
    const scope = container.createScope()
    expect(() => scope.resolve(BROKEN)).toThrow('broken')
    expect(scope.dispose()).toBeUndefined()
    expect(closed).toEqual(['first'])
  })

  it('does not close what it was provided with', () => {
    const { closed, First } = services()
    const container = createContainer([bindRequest(First)])
    const scope = container.createScope()
    scope.provide(First, new First())
    scope.resolve(First)
    expect(scope.dispose()).toBeUndefined()
    expect(closed).toEqual([])
  })

  it('reports failures through the promise, never by throwing', async () => {
    const BROKEN = token<object>('broken')
    const dispose = (): never => {
      throw new Error('stays open')
    }
    const scope = createContainer([
      bind(BROKEN, { make: () => ({}), scope: 'request', dispose }),
    ]).createScope()
    scope.resolve(BROKEN)
    expect(await failuresOf(scope.dispose())).toEqual(['BROKEN: stays open'])
  })
})

describe('transient services outside of a request', () => {
  it('are refused when they want closing, and closed at once', () => {
    const { closed, First } = services()
    const container = createContainer([bind(First, { class: First, scope: 'transient' })])
    expect(() => container.resolve(First)).toThrow('First is transient and must be closed')
    expect(closed).toEqual(['first'])
  })

  it('are refused when a transient one below wants closing', () => {
    const { First } = services()
    const TOP = token<object>('top')
    const container = createContainer([
      bind(First, { class: First, scope: 'transient' }),
      bind(TOP, { needs: [First], make: () => ({}), scope: 'transient' }),
    ])
    expect(() => container.resolve(TOP)).toThrow('First is transient and must be closed')
  })

  it('are given when there is nothing to close, or the caller will', () => {
    const { closed, First } = services()
    const OWN = token<Disposable>('own')
    class Plain {
      static scope = 'transient'
    }
    const container = createContainer([
      bind(OWN, { make: () => new First(), scope: 'transient', dispose: false }),
    ])
    expect(container.resolve(OWN)).not.toBe(container.resolve(OWN))
    expect(container.resolve(Plain)).not.toBe(container.resolve(Plain))
    expect(closed).toEqual([])
  })

  it('belong to the singleton that needs them and are closed after it', async () => {
    const { closed, First } = services()
    const HOLDER = token<object>('holder')
    const container = createContainer([
      bind(First, { class: First, scope: 'transient' }),
      bind(HOLDER, { needs: [First], make: () => ({}), dispose: () => void closed.push('holder') }),
    ])
    container.resolve(HOLDER)
    await container.dispose()
    expect(closed).toEqual(['holder', 'first'])
  })
})
