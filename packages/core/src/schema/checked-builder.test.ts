import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { SetupError } from '../errors/index.ts'
import { compileInput, t } from './index.ts'

/** What a program in plain JavaScript may write. */
type Loose = never
const loose = t as unknown as Record<string, (...args: unknown[]) => unknown>

function said(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    return error.problems.map(({ message, remedy }) => `${message} ${remedy}`).join('\n')
  }
  return ''
}

const User = t.Object({ id: t.String(), name: t.String(), password: t.String() })
const Id = t.String()
/** As a name is that another module has not defined yet. */
const later = undefined as Loose
const CIRCLE = 'It was undefined when this schema was made: break the import circle, or correct its name.'

describe('a wrong argument of the builder is told where it is given:', () => {
  it.each<[string, () => unknown, string]>([
    [
      't.Object()',
      () => loose['Object']!(),
      'The first argument is missing. Give an object of schemas by name.',
    ],
    [
      't.Object(undefined)',
      () => t.Object(later),
      'The first argument must be an object of schemas by name, not undefined. Write t.Object({ id: t.String() }); for no members, t.Object({}).',
    ],
    ['t.Object of a promise', () => t.Object(Promise.resolve({}) as Loose), 'not a promise.'],
    ['t.Object of a list', () => t.Object([Id] as Loose), 'not a list.'],
    [
      't.Object, options',
      () => t.Object({}, 'User' as Loose),
      'The second argument must be an object of options, not a text.',
    ],
    ['t.Union of two', () => t.Union(Id as Loose, Id as Loose), 'Put them in a list: t.Union([ … ]).'],
    ['t.Union()', () => loose['Union']!(), 'The first argument is missing. Give a list of schemas.'],
    [
      't.Intersect of two',
      () => t.Intersect(User as Loose, User as Loose),
      'Put them in a list: t.Intersect([ … ]).',
    ],
    ['t.Tuple of one', () => t.Tuple(Id as Loose), 'Put them in a list: t.Tuple([ … ]).'],
    ['t.Composite, not a list', () => t.Composite(User as Loose), 'Put them in a list: t.Composite([ … ]).'],
    ['t.Composite of what is not there', () => t.Composite([User, later]), CIRCLE],
    ['t.Partial(undefined)', () => t.Partial(later), CIRCLE],
    [
      't.Partial of zod',
      () => t.Partial(z.object({}) as Loose),
      'must be the schema of an object, not an instance of ZodObject.',
    ],
    [
      't.Required of a text',
      () => t.Required(Id as Loose),
      'Give what t.Object, t.Intersect or t.Union made.',
    ],
    ['t.Pick(undefined)', () => t.Pick(later, ['id']), CIRCLE],
    [
      't.Pick of a record',
      () => t.Pick(t.Record(Id, Id) as Loose, ['id']),
      'must be the schema of an object',
    ],
    [
      't.Pick without names',
      () => t.Pick(User, later),
      "The second argument must be a list of names, not undefined. Write ['id'].",
    ],
    ['t.Omit of a name', () => t.Omit(User, 'password' as Loose), "Put it in a list: ['password']."],
    [
      't.Omit of a misspelt name',
      () => t.Omit(User, ['pasword'] as Loose),
      "The schema has no member 'pasword'. Did you mean 'password'?",
    ],
    [
      't.Pick of a misspelt name',
      () => t.Pick(t.Intersect([User, t.Object({ age: t.Integer() })]), ['old'] as Loose),
      "The schema has no member 'old'. It has id, name, password, age.",
    ],
    ['t.Record without a key', () => t.Record(later, Id), CIRCLE],
    [
      't.Record, options',
      () => t.Record(Id, Id, 5 as Loose),
      'The third argument must be an object of options, not 5.',
    ],
    [
      't.Recursive without a function',
      () => t.Recursive(User as Loose),
      'must be a function that returns a schema',
    ],
    [
      't.Recursive of a function that gives nothing',
      () => t.Recursive((() => {}) as Loose),
      'The function returned undefined, not a schema that t made. Write t.Recursive((self) => t.Object({ … })).',
    ],
    ['t.Ref(undefined)', () => t.Ref(later), CIRCLE],
    [
      't.Ref without an $id',
      () => t.Ref(User as Loose),
      "must be a name, or a schema that has an $id, not an object. Give it one: { $id: 'Order' }.",
    ],
    [
      't.Enum of a list',
      () => t.Enum(['a', 'b'] as Loose),
      "not a list. Write t.Union([t.Literal('a'), t.Literal('b')]).",
    ],
    ['t.Enum(undefined)', () => t.Enum(later), CIRCLE],
    ['t.Literal(null)', () => t.Literal(null as Loose), 'Write t.Null().'],
    ['t.Literal of an object', () => t.Literal({ a: 1 } as Loose), 'Write t.Const(…).'],
    ['t.Literal(undefined)', () => t.Literal(later), CIRCLE],
    [
      't.String of a text',
      () => t.String('email' as Loose),
      "must be an object of options, not a text. Write { description: '…' }, or omit it.",
    ],
    ['t.String of a function', () => t.String(function options() {} as Loose), 'Call it: options(…).'],
    ['t.Integer(5)', () => t.Integer(5 as Loose), 'must be an object of options, not 5.'],
    [
      't.Array of two schemas',
      () => t.Array(Id, Id as Loose),
      'The second argument must be an object of options',
    ],
    ['t.RegExp()', () => loose['RegExp']!(), 'The first argument is missing. Give a regular expression.'],
    ['t.TemplateLiteral()', () => loose['TemplateLiteral']!(), 'Give a template, or a list of its parts.'],
    ['t.Module()', () => loose['Module']!(), 'Give an object of schemas by name.'],
  ])('%s', (_, work, sentence) => {
    expect(said(work)).toContain(sentence)
  })

  it('with the function and its caller', () => {
    expect(() => t.Object(later)).toThrow(/t\.Object \(.*checked-builder\.test\.ts:\d+\): The first argument/)
    expect(() => t.Recursive((() => {}) as Loose)).toThrow(
      /t\.Recursive \(.*checked-builder\.test\.ts:\d+\): /,
    )
  })

  it('and never by an error of the builder itself', () => {
    const values = [
      undefined,
      null,
      5,
      'x',
      {},
      { a: 5 },
      [],
      [5],
      [undefined],
      Id,
      () => undefined,
      String,
      Promise.resolve(Id),
    ]
    const lists = [
      [],
      ...values.map((one) => [one]),
      ...values.map((one) => [Id, one]),
      ...values.map((one) => [User, ['id'], one]),
    ]
    const names: string[] = []
    for (let at: object | null = t; at !== null; at = Object.getPrototypeOf(at) as object | null)
      names.push(...Object.getOwnPropertyNames(at).filter((name) => /^[A-Z]/.test(name)))
    expect(names.length).toBeGreaterThan(80)
    for (const name of new Set(names)) {
      for (const args of lists) {
        const work = (): void => void compileInput(loose[name]!(...args) as Loose, 'body')
        expect(said(work), `t.${name}(${args.map(String).join()})`).toBeTypeOf('string')
      }
    }
  })
})

describe('the builder', () => {
  it('makes what it made', () => {
    const Node = t.Recursive((self) => t.Object({ next: t.Optional(self) }), { $id: 'Node' })
    const [key, value] = Object.entries({ a: 1 })[0]!
    const made = [
      t.Object({}),
      t.Object(Object.assign(Object.create(null), { a: Id }) as { a: typeof Id }),
      t.Union([]),
      t.Tuple([]),
      t.Omit(User, ['password']),
      t.Pick(User, t.Literal('id')),
      t.Pick(User, t.KeyOf(t.Object({ id: Id }))),
      t.Partial(t.Union([User, t.Object({ a: Id })])),
      t.Composite([User, t.Object({ [key]: t.Literal(value) })]),
      t.Enum({ a: 'x', b: 2 }),
      t.RegExp('^a'),
      t.RegExp(/^a/u, { description: 'A.' }),
      t.TemplateLiteral([t.Literal('a'), t.Union([t.Literal('b'), t.Literal('c')])]),
      t.Record(t.String(), t.Integer(), undefined),
      t.Index(User, ['id']),
      t.Mapped(t.KeyOf(User), () => Id),
      t.Module({ Node, Id }).Import('Id'),
      t.Exclude(t.Union([t.Literal('a'), t.Literal('b')]), t.Literal('a')),
      t.Optional(Node),
    ]
    expect(made.slice(4, 6)).toMatchObject([
      { type: 'object', required: ['id', 'name'] },
      { type: 'object', required: ['id'] },
    ])
    expect(made).not.toContain(undefined)
  })
})
