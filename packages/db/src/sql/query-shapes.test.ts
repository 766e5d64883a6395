import { Kysely, PostgresAdapter, PostgresQueryCompiler, DummyDriver, sql, type OperationNode } from 'kysely'
import { describe, expect, it } from 'vitest'
import { QueryShapes, withSlots } from './query-shapes.ts'

const kysely = new Kysely<{ t: { a: number; b: string } }>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: () => {
      throw new Error('nobody asks')
    },
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})
const compiler = new PostgresQueryCompiler()
const all = kysely.selectFrom('t').selectAll()

describe('shapes of queries', () => {
  it('are one where values alone differ, which are given in the order of their slots', () => {
    const shapes = new QueryShapes<string>()
    const of = (a: number, b: string[]): [OperationNode, unknown[]] => [
      all.where('a', '>', a).where('b', 'in', b).limit(a).toOperationNode(),
      [a, ...b, a],
    ]
    const [first, firstValues] = of(1, ['x', 'y'])
    const [second, secondValues] = of(2, ['y', 'z'])
    const values: unknown[] = []
    shapes.placeOf(first, values).kept = 'this one'
    expect(values).toEqual(firstValues)
    const others: unknown[] = []
    expect(shapes.placeOf(second, others).kept).toBe('this one')
    expect(others).toEqual(secondValues)
    const { parameters } = compiler.compileQuery(withSlots(first) as never, undefined as never)
    expect(parameters).toMatchObject(values.map((_, key) => ({ key })))
  })

  it('are as many as there are texts', () => {
    const shapes = new QueryShapes<string>()
    const queries = [
      all,
      all.where('a', '=', 1),
      all.where('a', '=', sql.lit(1)),
      all.where('a', '=', sql.lit(2)),
      all.where('a', 'in', []),
      all.where('a', 'in', [1]),
      all.where('a', 'in', [1, 2]),
      all.where('a', 'is', null),
      all.where('a', 'is not', null),
      all.where('b', '=', '1'),
      all.where('b', '=', sql.lit('1')),
      all.where((eb) => eb.or([eb('a', '=', 1), eb('b', '=', '1')])),
      all.where((eb) => eb.and([eb('a', '=', 1), eb('b', '=', '1')])),
      all.where('a', '=', 1).where('b', '=', '1').orderBy('a'),
      all.where('a', '=', 1).where('b', '=', '1').orderBy('a', 'desc'),
      kysely.selectFrom('t as SelectQueryNode').selectAll(),
      kysely.insertInto('t').values({ a: 1, b: '1' }),
      kysely.insertInto('t').values({ b: '1', a: 1 }),
      kysely.insertInto('t').values([
        { a: 1, b: '1' },
        { a: 2, b: '2' },
      ]),
      kysely.insertInto('t').values({ a: 1, b: sql`lower(${'1'})` }),
      kysely.insertInto('t').values({ a: 1, b: sql`upper(${'1'})` }),
    ]
    for (const query of queries) {
      const { sql: text } = query.compile()
      const place = shapes.placeOf(query.toOperationNode(), [])
      expect(place.kept).toBeUndefined()
      place.kept = text
    }
    for (const query of queries)
      expect(shapes.placeOf(query.toOperationNode(), []).kept).toBe(query.compile().sql)
  })

  it('are not kept where a part is not known, or values are too many', () => {
    const shapes = new QueryShapes<string>()
    class Part {
      readonly kind = 'RawNode'
      readonly parameters = []
      get sqlFragments(): string[] {
        return ['now()']
      }
    }
    const own = { expressionType: undefined, toOperationNode: () => new Part() }
    const unknown = kysely.selectFrom('t').select(sql`${own}`.as('now'))
    const many = all.where(
      'a',
      'in',
      Array.from({ length: 1001 }, (_, at) => at),
    )
    for (const query of [unknown, many]) {
      const place = shapes.placeOf(query.toOperationNode(), [])
      place.kept = 'this one'
      const values: unknown[] = []
      expect(shapes.placeOf(query.toOperationNode(), values).kept).toBeUndefined()
      expect(values).toHaveLength(query === many ? 1001 : 0)
      const { sql: text } = compiler.compileQuery(
        withSlots(query.toOperationNode()) as never,
        undefined as never,
      )
      expect(text).toBe(query.compile().sql)
    }
  })

  it('are forgotten when they are too many', () => {
    const shapes = new QueryShapes<string>()
    const node = all.toOperationNode()
    shapes.placeOf(node, []).kept = 'this one'
    for (let at = 0; at < 2000; at++) shapes.placeOf(all.where('a', '=', sql.lit(at)).toOperationNode(), [])
    expect(shapes.placeOf(node, []).kept).toBeUndefined()
  })
})
