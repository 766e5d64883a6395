import { createRequire } from 'node:module'
import { transformSync } from '@swc/core'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
// Before tsyringe, since it loads what tsyringe needs.
import * as di from './index.ts'
import * as tsyringe from 'tsyringe'
import { bind, createContainer, type Injectable, inject, injectable, lazy, optional, token } from './index.ts'

interface Clock {
  now(): number
}
const CLOCK = token<Clock>('clock')
const clock = bind(CLOCK, { value: { now: () => 7 } })
class Store {}

function report(target: unknown, providers: readonly di.Provider[] = [clock]): string {
  const problems = createContainer(providers).check([
    { target: target as Injectable, place: 'route orders.show' },
  ])
  return problems.map((p) => `${p.code}\n  ${p.message}\n  => ${p.remedy}`).join('\n')
}

describe('what decorators of this compiler (oxc) leave', () => {
  it('passes classes by type and tokens by name', () => {
    @injectable()
    class Orders {
      readonly store: Store
      readonly clock: Clock
      readonly later: () => Store
      readonly none: Clock | undefined
      constructor(
        store: Store,
        @inject(CLOCK) clock: Clock,
        @inject(lazy(() => Store)) later: () => Store,
        @inject(optional(token<Clock>('other'))) none: Clock | undefined,
      ) {
        this.store = store
        this.clock = clock
        this.later = later
        this.none = none
      }
    }
    const container = createContainer([clock])
    expect(container.check([{ target: Orders, place: 'route orders.show' }])).toEqual([])
    const orders = container.resolve(Orders)
    expect(orders.store).toBeInstanceOf(Store)
    expect(orders.clock.now()).toBe(7)
    expect(orders.later()).toBe(orders.store)
    expect(orders.none).toBeUndefined()
  })

  it('leaves a default value to apply where the type names nothing, and passes what follows', () => {
    @injectable()
    class Orders {
      readonly got: unknown[]
      constructor(store: Store, retries: number = 3, @inject(CLOCK) clock: Clock | null = null) {
        this.got = [store instanceof Store, retries, clock?.now()]
      }
    }
    expect(createContainer([clock]).resolve(Orders).got).toEqual([true, 3, 7])
  })

  it('understands decorators that come from tsyringe itself', () => {
    @tsyringe.injectable()
    class Orders {
      readonly clock: Clock
      constructor(_store: Store, @tsyringe.inject(CLOCK as symbol) clock: Clock) {
        this.clock = clock
      }
    }
    expect(createContainer([clock]).resolve(Orders).clock.now()).toBe(7)
  })

  it('takes the scope from the decorator, also for a class derived from the decorated one', () => {
    @injectable({ scope: 'request' })
    class Orders {
      constructor(_store: Store) {}
    }
    class SpecialOrders extends Orders {}
    const container = createContainer([])
    expect(container.isRequestScoped(Orders)).toBe(true)
    expect(container.isRequestScoped(SpecialOrders)).toBe(true)
  })

  it('prefers static inject of the same class', () => {
    @injectable()
    class Orders {
      static inject = [CLOCK] as const
      constructor(_clock: Clock) {}
    }
    expect(report(Orders)).toBe('')
  })

  it('reports an interface', () => {
    @injectable()
    class Orders {
      constructor(_store: Store, _clock: Clock) {}
    }
    expect(report(Orders)).toMatchInlineSnapshot(`
      "ERR_CORE_DI_METADATA
        Parameter 2 (_clock) of Orders has the type Object at run time: it is an interface, a nullable class, a union, a class imported as a type only, or one not defined yet (an import cycle, or further down in the file) (route orders.show -> Orders).
        => Put \`@inject(CLOCK)\` before it, where CLOCK is a token or class. If it is a class, import it without \`type\`, and before it is used."
    `)
  })

  it('reports a nullable class', () => {
    @injectable()
    class Orders {
      constructor(_store: Store | null) {}
    }
    expect(report(Orders)).toMatchInlineSnapshot(`
      "ERR_CORE_DI_METADATA
        Parameter 1 (_store) of Orders has the type Object at run time: it is an interface, a nullable class, a union, a class imported as a type only, or one not defined yet (an import cycle, or further down in the file) (route orders.show -> Orders).
        => Put \`@inject(STORE)\` before it, where STORE is a token or class. If it is a class, import it without \`type\`, and before it is used."
    `)
  })

  it('reports primitives, functions and arrays', () => {
    @injectable()
    class Orders {
      constructor(_name: string, _retries: number, _make: () => Store, _stores: Store[]) {}
    }
    expect(report(Orders)).toMatchInlineSnapshot(`
      "ERR_CORE_DI_METADATA
        Parameter 1 (_name) of Orders has the type String at run time: a primitive type does not say which value to pass (route orders.show -> Orders).
        => Put \`@inject(NAME)\` before it, where NAME is a token or class.
      ERR_CORE_DI_METADATA
        Parameter 2 (_retries) of Orders has the type Number at run time: a primitive type does not say which value to pass (route orders.show -> Orders).
        => Put \`@inject(RETRIES)\` before it, where RETRIES is a token or class.
      ERR_CORE_DI_METADATA
        Parameter 3 (_make) of Orders has the type Function at run time: its class is imported as a type only, or it is a function type (route orders.show -> Orders).
        => Put \`@inject(MAKE)\` before it, where MAKE is a token or class. If it is a class, import it without \`type\`.
      ERR_CORE_DI_METADATA
        Parameter 4 (_stores) of Orders has the type Array at run time: an array type does not say what it contains (route orders.show -> Orders).
        => Put \`@inject(STORES)\` before it, where STORES is a token or class."
    `)
  })

  it('reports a built-in class by type', () => {
    @injectable()
    class Orders {
      constructor(_at: Date) {}
    }
    expect(report(Orders)).toMatchInlineSnapshot(`
      "ERR_CORE_DI_MISSING
        Nothing provides the built-in class Date, needed by route orders.show -> Orders -> Date.
        => Add \`bind(Date, { make: () => … })\` to the providers."
    `)
  })

  it('reports @inject of undefined and of a string', () => {
    @injectable()
    class Orders {
      constructor(@inject(undefined as never) _clock: Clock, @inject('store' as never) _store: Store) {}
    }
    expect(report(Orders)).toMatchInlineSnapshot(`
      "ERR_CORE_DI_INVALID_NEED
        \`@inject\` of parameter 1 (_clock) of Orders is undefined, neither a token nor a class (route orders.show -> Orders).
        => It was not defined yet when Orders was defined: break the import cycle, define it earlier, or write \`lazy(() => X)\`.
      ERR_CORE_DI_INVALID_NEED
        \`@inject\` of parameter 2 (_store) of Orders is 'store', neither a token nor a class (route orders.show -> Orders).
        => Make a token once, \`const STORE = token<…>('store')\`, and write STORE here."
    `)
  })

  it('reports what only tsyringe could resolve', () => {
    class Upper {
      transform(store: Store): string {
        return typeof store
      }
    }
    @injectable()
    class Orders {
      constructor(
        @tsyringe.inject(tsyringe.delay(() => Store)) _delayed: Store,
        @tsyringe.injectAll('plugins') _all: Store[],
        @tsyringe.injectWithTransform(Store, Upper) _upper: string,
      ) {}
    }
    expect(report(Orders)).toMatchInlineSnapshot(`
      "ERR_CORE_DI_INVALID_NEED
        Parameter 1 (_delayed) of Orders uses \`delay\` of tsyringe, whose proxies break private fields and hide cycles of needs (route orders.show -> Orders).
        => Write \`@inject(lazy(() => X))\` and take a function that returns X.
      ERR_CORE_DI_INVALID_NEED
        Parameter 2 (_all) of Orders uses \`injectAll\` of tsyringe, which collects everything that is registered at that moment (route orders.show -> Orders).
        => Bind a token to the list, \`bind(ALL, { needs: [A, B], make: (a, b) => [a, b] })\`, and write \`@inject(ALL)\`.
      ERR_CORE_DI_INVALID_NEED
        Parameter 3 (_upper) of Orders uses \`injectWithTransform\` of tsyringe, whose result is unknown before it is constructed (route orders.show -> Orders).
        => Bind a token to the result, \`bind(RESULT, { needs: [X], make: (x) => … })\`, and write \`@inject(RESULT)\`."
    `)
  })

  it('reports a derived class with a constructor of its own that is not decorated', () => {
    @injectable()
    class Orders {
      constructor(_store: Store) {}
    }
    class SpecialOrders extends Orders {
      constructor(store: Store, _clock: Clock) {
        super(store)
      }
    }
    expect(report(SpecialOrders)).toMatchInlineSnapshot(`
      "ERR_CORE_DI_UNDECLARED
        The constructor of SpecialOrders takes (store, _clock), and nothing says what to pass (route orders.show -> SpecialOrders).
        => Add \`static inject = [STORE, CLOCK] as const\` to SpecialOrders (tokens or classes, in the order of the parameters), or decorate it with \`@injectable()\`."
    `)
  })
})

const ORDERS = `
  import { Store } from './store'
  import { injectable } from './di'
  @injectable()
  export class Orders { constructor(store: Store) {} }
`
const TYPE_ONLY = ORDERS.replace('import {', 'import type {')
const FORWARD = `
  import { injectable } from './di'
  @injectable()
  export class Orders { constructor(store: Later) {} }
  class Later {}
`

/** Runs a compiled CommonJS module with this room and a store in place of its imports. */
function run(code: string): Injectable {
  const module = { exports: {} as { Orders: Injectable } }
  const require = (name: string): unknown => {
    if (name === './di') return di
    return name === './store' ? { Store } : createRequire(import.meta.url)(name)
  }
  // oxlint-disable-next-line typescript/no-implied-eval -- runs what a compiler gave, as a module
  new Function('module', 'exports', 'require', code)(module, module.exports, require)
  return module.exports.Orders
}

const TSC_OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.CommonJS,
  experimentalDecorators: true,
}

function compileWithTsc(source: string, options: ts.CompilerOptions = { emitDecoratorMetadata: true }) {
  return ts.transpileModule(source, { compilerOptions: { ...TSC_OPTIONS, ...options } }).outputText
}

/** Compiles a whole program, where tsc knows what the type-only import is; file by file it does not. */
function compileProgram(source: string): string {
  const files: Record<string, string> = {
    '/orders.ts': source,
    '/store.ts': 'export class Store {}',
    '/di.ts': 'export declare const injectable: () => (target: unknown) => void',
  }
  let output = ''
  const host: ts.CompilerHost = {
    getSourceFile: (name, version) => {
      const text = files[name]
      return text === undefined ? undefined : ts.createSourceFile(name, text, version)
    },
    writeFile: (name, text) => {
      if (name === '/orders.js') output = text
    },
    fileExists: (name) => name in files,
    readFile: (name) => files[name],
    getDefaultLibFileName: () => '/lib.d.ts',
    getCurrentDirectory: () => '/',
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => '\n',
  }
  const options = { ...TSC_OPTIONS, emitDecoratorMetadata: true, noLib: true, types: [] }
  ts.createProgram(['/orders.ts'], options, host).emit()
  return output
}

function compileWithSwc(source: string): string {
  return transformSync(source, {
    module: { type: 'commonjs' },
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
    },
  }).code
}

describe('what other compilers leave', () => {
  it.each([
    ['tsc', compileWithTsc],
    ['swc', compileWithSwc],
  ])('resolves by type what %s compiled', (_name, compile) => {
    expect(report(run(compile(ORDERS)))).toBe('')
  })

  it('reports a type-only import compiled by tsc', () => {
    expect(report(run(compileProgram(ORDERS)))).toBe('')
    expect(report(run(compileProgram(TYPE_ONLY)))).toMatchInlineSnapshot(`
      "ERR_CORE_DI_METADATA
        Parameter 1 (store) of Orders has the type Function at run time: its class is imported as a type only, or it is a function type (route orders.show -> Orders).
        => Put \`@inject(STORE)\` before it, where STORE is a token or class. If it is a class, import it without \`type\`."
    `)
  })

  it('reports a type-only import compiled by tsc file by file', () => {
    expect(report(run(compileWithTsc(TYPE_ONLY)))).toMatchInlineSnapshot(`
      "ERR_CORE_DI_METADATA
        Parameter 1 (store) of Orders has the type Object at run time: it is an interface, a nullable class, a union, a class imported as a type only, or one not defined yet (an import cycle, or further down in the file) (route orders.show -> Orders).
        => Put \`@inject(STORE)\` before it, where STORE is a token or class. If it is a class, import it without \`type\`, and before it is used."
    `)
  })

  it('reports a type-only import compiled by swc', () => {
    expect(report(run(compileWithSwc(TYPE_ONLY)))).toMatchInlineSnapshot(`
      "ERR_CORE_DI_METADATA
        Parameter 1 (store) of Orders has the type Object at run time: it is an interface, a nullable class, a union, a class imported as a type only, or one not defined yet (an import cycle, or further down in the file) (route orders.show -> Orders).
        => Put \`@inject(STORE)\` before it, where STORE is a token or class. If it is a class, import it without \`type\`, and before it is used."
    `)
  })

  it('reports a class that stands further down, where a build turned classes into var', () => {
    const code = compileWithSwc(FORWARD).replace(/class Later \{\s*\}/, 'var Later = class {}')
    expect(report(run(code))).toMatchInlineSnapshot(`
      "ERR_CORE_DI_METADATA
        Parameter 1 (store) of Orders has the type Object at run time: it is an interface, a nullable class, a union, a class imported as a type only, or one not defined yet (an import cycle, or further down in the file) (route orders.show -> Orders).
        => Put \`@inject(STORE)\` before it, where STORE is a token or class. If it is a class, import it without \`type\`, and before it is used."
    `)
  })

  it('reports a class of a circular import, which is undefined when the decorator runs', () => {
    const code = compileWithTsc(ORDERS).replace('require("./store")', '{}')
    expect(report(run(code))).toMatchInlineSnapshot(`
      "ERR_CORE_DI_METADATA
        Parameter 1 (store) of Orders has the type Object at run time: it is an interface, a nullable class, a union, a class imported as a type only, or one not defined yet (an import cycle, or further down in the file) (route orders.show -> Orders).
        => Put \`@inject(STORE)\` before it, where STORE is a token or class. If it is a class, import it without \`type\`, and before it is used."
    `)
  })

  it('reports a decorated class whose compiler emits no metadata, as esbuild and tsx do', () => {
    expect(report(run(compileWithTsc(ORDERS, { emitDecoratorMetadata: false })))).toMatchInlineSnapshot(`
      "ERR_CORE_DI_METADATA
        Orders is decorated, but the compiler emitted no types for its constructor (store): esbuild, tsx and Node's type stripping never do (route orders.show -> Orders).
        => Add \`static inject = [STORE] as const\` to Orders, put \`@inject(…)\` before each parameter, or compile with tsc or swc and \`emitDecoratorMetadata\`."
    `)
  })

  it('reports the same for standard decorators, which have no parameter types', () => {
    expect(report(run(compileWithTsc(ORDERS, { experimentalDecorators: false })))).toMatchInlineSnapshot(`
      "ERR_CORE_DI_METADATA
        Orders is decorated, but the compiler emitted no types for its constructor (store): esbuild, tsx and Node's type stripping never do (route orders.show -> Orders).
        => Add \`static inject = [STORE] as const\` to Orders, put \`@inject(…)\` before each parameter, or compile with tsc or swc and \`emitDecoratorMetadata\`."
    `)
  })
})
