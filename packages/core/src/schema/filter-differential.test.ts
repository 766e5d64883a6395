import { describe, expect, it } from 'vitest'
import { t, type JsonSchemaObject } from './index.ts'
import { createValidator } from './ajv.ts'
import { derive, layoutOf } from './derive.ts'
import { SchemaDocument } from './document.ts'
import { generateFilter } from './filter-code.ts'
import { filterByWalk, MisfitError } from './filter-walk.ts'
import { toPlain } from './to-plain.ts'

const responseLayoutOf = (document: SchemaDocument) => layoutOf(document, document.root, true)

/** A repeatable source of choices. */
class Dice {
  #state: number
  constructor(seed: number) {
    this.#state = seed * 2654435761
  }
  next(limit: number): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0
    return Math.floor((this.#state / 2 ** 32) * limit)
  }
  pick<T>(items: readonly T[]): T {
    return items[this.next(items.length)]!
  }
}

const NAMES = ['a', 'b', 'c', 'd', 'toString', '__x', 'two words', '0']

/** A schema of up to some depth, of all forms that the filter tells apart. */
function someSchema(dice: Dice, depth: number): JsonSchemaObject | boolean {
  const scalars = [
    { type: 'string' },
    { type: 'integer' },
    { type: 'boolean' },
    { type: 'null' },
    { enum: ['a', 1, null] },
  ]
  if (depth === 0) return dice.pick([...scalars, {}, true])
  const inner = (): JsonSchemaObject | boolean => someSchema(dice, depth - 1)
  switch (dice.next(10)) {
    case 0:
      return dice.pick(scalars)
    case 1:
    case 2:
      return someObject(dice, depth)
    case 3:
      return { type: 'array', items: inner() }
    case 4:
      return { type: 'array', items: [inner(), inner()], additionalItems: dice.pick([false, inner()]) }
    case 5:
      return { anyOf: [inner(), inner(), { type: 'null' }] }
    case 6:
      return { oneOf: ['x', 'y'].map((tag) => tagged(someObject(dice, depth), tag)) }
    case 7:
      return { allOf: [someObject(dice, depth), someObject(dice, depth)], type: 'object' }
    case 8:
      return { type: 'object', patternProperties: { [dice.pick(['^(.*)$', '^[ab]', 'o'])]: inner() } }
    default:
      return {
        allOf: [someObject(dice, depth), { anyOf: [someObject(dice, depth), someObject(dice, depth)] }],
      }
  }
}

function someObject(dice: Dice, depth: number): JsonSchemaObject {
  const names = NAMES.filter(() => dice.next(3) === 0)
  const properties = Object.fromEntries(names.map((name) => [name, someSchema(dice, depth - 1)]))
  const required = names.filter(() => dice.next(2) === 0)
  const open = dice.pick([
    {},
    {},
    {},
    { additionalProperties: true },
    { additionalProperties: someSchema(dice, depth - 1) },
  ])
  return { type: 'object', properties, required, ...open }
}

function tagged(object: JsonSchemaObject, tag: string): JsonSchemaObject {
  return {
    ...object,
    properties: { ...(object['properties'] as object), kind: { const: tag } },
    required: [...(object['required'] as string[]), 'kind'],
  }
}

class Instance {
  readonly a = 1
  get b(): unknown {
    return { c: 1, secret: 1 }
  }
}

function someValue(dice: Dice, depth: number): unknown {
  const scalars = ['text', 'a', 7, 1.5, true, null, undefined, Number.NaN]
  if (depth === 0) return dice.pick(scalars)
  const inner = (): unknown => someValue(dice, depth - 1)
  switch (dice.next(9)) {
    case 0:
      return dice.pick(scalars)
    case 1:
      return Array.from({ length: dice.next(4) }, inner)
    case 2:
      return new Date(dice.next(10))
    case 3:
      return dice.pick([new Instance(), Object.assign(Object.create(null) as object, { a: 1, secret: 2 })])
    case 4: {
      const written = inner()
      return { secret: 1, toJSON: () => written }
    }
    default: {
      const object: Record<string, unknown> = {}
      for (const name of [...NAMES, 'secret', 'kind']) if (dice.next(2) === 0) object[name] = inner()
      if (dice.next(2) === 0) object['kind'] = dice.pick(['x', 'y', 'z'])
      return object
    }
  }
}

/** What a way of filtering makes of a value: the text that goes out, and whether the value was handed on as it is. */
function outcome(filter: (value: unknown) => unknown, value: unknown): unknown[] {
  try {
    const result = filter(value)
    return [JSON.stringify(result), result === value]
  } catch (error) {
    if (error instanceof MisfitError) return ['misfit']
    throw error
  }
}

const SCHEMAS = 150
const VALUES = 48

// Schemas are compiled by the hundred, which takes its time on a busy machine.
describe('the two ways of the filter', () => {
  it('do the same with any value of any schema', () => {
    let misfits = 0
    let unchanged = 0
    for (let seed = 1; seed <= SCHEMAS; seed++) {
      const dice = new Dice(seed)
      const layout = responseLayoutOf(new SchemaDocument({ allOf: [someSchema(dice, 3)] }))
      const byCode = generateFilter(layout)
      for (let round = 0; round < VALUES; round++) {
        const value = someValue(dice, 4)
        const [text, isSame] = outcome(byCode, value)
        const walked = outcome((one) => filterByWalk(layout, one), value)
        expect([seed, text, isSame]).toEqual([seed, walked[0], walked[1]])
        if (text === 'misfit') misfits++
        else if (isSame === true) unchanged++
      }
    }
    // The values must reach all ways out, or nothing is proven.
    expect(misfits).toBeGreaterThan(200)
    expect(unchanged).toBeGreaterThan(500)
    expect(SCHEMAS * VALUES - misfits - unchanged).toBeGreaterThan(1000)
  })

  it('never let out what the schema does not declare, and lose nothing that it does', () => {
    let checked = 0
    for (let seed = 1; seed <= 60; seed++) {
      const dice = new Dice(seed * 7)
      const document = new SchemaDocument(unionFree(dice, 2))
      const filter = generateFilter(responseLayoutOf(document))
      const open = createValidator(derive(document, 'response'))
      const closed = createValidator(derive(document, 'refuse'))
      for (let round = 0; round < VALUES; round++) {
        const value = toPlain(someValue(dice, 4))
        if (!open.check(value)) continue
        checked++
        const filtered = filter(value)
        expect([seed, closed.check(filtered)]).toEqual([seed, true])
        // Exactly a value that has declared properties only is handed on.
        expect([seed, filtered === value]).toEqual([seed, closed.check(value)])
      }
    }
    expect(checked).toBeGreaterThan(300)
  })
})

/** Objects, lists, tagged unions and intersections: where closing a schema has one meaning. */
function unionFree(dice: Dice, depth: number): JsonSchemaObject {
  const inner = (): JsonSchemaObject =>
    depth === 0
      ? dice.pick([{ type: 'string' }, {}, { type: ['integer', 'null'] }])
      : unionFree(dice, depth - 1)
  const object = (): JsonSchemaObject => {
    const names = NAMES.filter(() => dice.next(3) === 0)
    return { type: 'object', properties: Object.fromEntries(names.map((name) => [name, inner()])) }
  }
  switch (dice.next(7)) {
    case 0:
      return { type: 'array', items: inner() }
    case 4:
      return {
        allOf: [
          object(),
          { oneOf: [tagged({ ...object(), required: [] }, 'x'), tagged({ ...object(), required: [] }, 'y')] },
        ],
      }
    case 1:
      return {
        anyOf: [tagged({ ...object(), required: [] }, 'x'), tagged({ ...object(), required: [] }, 'y')],
      }
    case 2:
      return { allOf: [object(), object()], type: 'object' }
    case 3:
      return { anyOf: [object(), { type: 'null' }, { type: 'string' }] }
    default:
      return object()
  }
}

describe('the generated code', () => {
  it('is safe for names and tags of any characters', () => {
    const odd = [
      '"',
      "'",
      '\\',
      '`',
      '${1}',
      '\n',
      '\u2028',
      '*/',
      '</script>',
      ']',
      '__proto__x',
      'constructor',
    ]
    const properties = Object.fromEntries(odd.map((name) => [name, t.Object({ a: t.Integer() })]))
    const schema = t.Union([
      t.Object({ k: t.Literal('"];throw 1;//'), ...properties }),
      t.Object({ k: t.Literal('b') }),
    ])
    const filter = generateFilter(responseLayoutOf(new SchemaDocument(schema)))
    const inner = Object.fromEntries(odd.map((name) => [name, { a: 1, secret: 1 }]))
    const expected = Object.fromEntries(odd.map((name) => [name, { a: 1 }]))
    expect(filter({ k: '"];throw 1;//', ...inner, secret: 1 })).toEqual({ k: '"];throw 1;//', ...expected })
  })

  it('sets no prototype for a property that is named so', () => {
    const schema = { type: 'object', properties: JSON.parse('{"__proto__":{},"a":{}}') as object }
    const layout = responseLayoutOf(new SchemaDocument(schema))
    const value = JSON.parse('{"__proto__":{"b":1},"a":1}') as unknown
    for (const result of [generateFilter(layout)(value), filterByWalk(layout, value)]) {
      expect(Object.getPrototypeOf(result)).toBe(Object.prototype)
      expect(Object.entries(result as object)).toEqual([['a', 1]])
    }
  })
})
