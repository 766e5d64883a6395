// What every adapter holds, on a real database: values, errors, streams, cancelling, broken connections.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type {
  Adapter,
  Codec,
  Connection,
  Dialect,
  DriverFailure,
  DriverRow,
  DriverValue,
  Result,
  Statement,
} from '../src/adapter/index.ts'
import type { ColumnFacts } from '../src/table/index.ts'
import { columnOf } from './column-facts.ts'

/** An adapter on a database of its own. */
export interface AdapterUnderTest {
  readonly adapter: Adapter
  /** Drops the database. */
  close(): Promise<void>
}

const NEVER = new AbortController().signal

const COLUMNS: readonly ColumnFacts[] = [
  columnOf('uuid', 'id', { isPrimary: true, isNullable: false }),
  columnOf('text', 'short', { limits: { minLength: 1, maxLength: 20 } }),
  columnOf('text', 'long'),
  columnOf('text', 'state', { limits: { values: ['open', "it's \\ closed"] } }),
  columnOf('text', 'email', { isCaseInsensitive: true, limits: { maxLength: 254 } }),
  columnOf('integer', 'small', { limits: { bits: 32 } }),
  columnOf('integer', 'safe', { limits: { bits: 53 } }),
  columnOf('bigint', 'big'),
  columnOf('bigint', 'big_asked', { as: 'bigint' }),
  columnOf('decimal', 'total', { limits: { precision: 12, scale: 2 } }),
  columnOf('decimal', 'whole', { limits: { precision: 18, scale: 0 } }),
  columnOf('boolean', 'is_paid'),
  columnOf('timestamp', 'at'),
  columnOf('timestamp', 'at_asked', { as: 'Date' }),
  columnOf('date', 'day'),
  columnOf('bytes', 'data'),
  columnOf('json', 'doc'),
]

const ID = '0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b'

/** Values in canonical form; `big_asked` and `at_asked` are given as what they are asked as. */
const VALUES: readonly Readonly<Record<string, unknown>>[] = [
  { short: 'a', long: 'é\u{1F600} 語 \' " \\ % _ ` $1 ?', state: "it's \\ closed", email: 'Ana@Example.org' },
  { long: 'x'.repeat(200_000) },
  { long: '' },
  { small: 2_147_483_647, safe: Number.MAX_SAFE_INTEGER, big: '9223372036854775807', big_asked: '-1' },
  { small: -2_147_483_648, safe: Number.MIN_SAFE_INTEGER, big: '-9223372036854775808', big_asked: '0' },
  { small: 0, safe: 0, big: '0', big_asked: '9007199254740993' },
  { total: '9999999999.99', whole: '999999999999999999' },
  { total: '-9999999999.99', whole: '-999999999999999999' },
  { total: '0.00', whole: '0' },
  { total: '-0.05', whole: '7' },
  { total: '10.10' },
  { is_paid: true },
  { is_paid: false },
  { at: '2026-11-29T22:13:33.120Z', at_asked: '2026-11-29T22:13:33.007Z', day: '2026-02-28' },
  { at: '1969-12-31T23:59:59.999Z', day: '1000-01-01' },
  { at: '9999-12-31T23:59:59.999Z', day: '9999-12-31' },
  { at: '2026-03-29T02:30:00.000Z' },
  { data: Buffer.from([0, 255, 39, 92, 10]).toString('base64url') },
  { data: '' },
  { doc: { b: [1, 2.5, null, true, 'x\n"\\'], a: { é: '\u{1F600}' } } },
  { doc: 'text' },
  { doc: [] },
  { doc: 0 },
  { doc: '{"a":1}' },
  {},
]

/** Runs the suite; `make` gives undefined, after it said why, where there is no server. */
export function adapterSuite(name: string, make: () => Promise<AdapterUnderTest>): void {
  describe(`adapter ${name}`, () => {
    let under: AdapterUnderTest
    let adapter: Adapter
    let dialect: Dialect
    let connection: Connection

    beforeAll(async () => {
      under = await make()
      adapter = under.adapter
      connection = await open()
      dialect = adapter.dialect()
      for (const text of [...dialect.prerequisites(COLUMNS), ...tables(dialect)]) await run(text)
    })
    afterAll(async () => {
      await connection?.close()
      await under?.close()
    })

    const open = (): Promise<Connection> =>
      adapter.connect(adapter.lanes === 'equal' ? 'any' : 'writer', NEVER)

    const statementOf = (text: string, about: Partial<Statement> = {}): Statement => {
      let at = 0
      return {
        text: text.replaceAll('?', () => dialect.placeholder(++at)),
        isRead: text.startsWith('select'),
        isKept: at > 0 || text.startsWith('select'),
        ...about,
      }
    }
    const run = async (text: string, values: readonly DriverValue[] = [], on = connection): Promise<Result> =>
      on.run(statementOf(text), values)
    const failure = async (work: () => unknown): Promise<DriverFailure> => {
      try {
        await work()
      } catch (error) {
        return adapter.failureOf(error)
      }
      throw new Error('It did not fail.')
    }
    const insertPair = async (
      id: number,
      code: string | null,
      parent: number | null = null,
    ): Promise<Result> => run('insert into pair (id, code, parent) values (?, ?, ?)', [id, code, parent])

    const clearPairs = async (): Promise<void> => {
      await run('update pair set parent = null')
      await run('delete from pair')
    }

    it('gives each value back as it was', async () => {
      const codecs = new Map(COLUMNS.map((column) => [column.name, dialect.codecOf(column)]))
      for (const [at, values] of VALUES.entries()) {
        const id = `${ID.slice(0, -2)}${String(at).padStart(2, '0')}`
        const row: Readonly<Record<string, unknown>> = { id, ...values }
        const names = Object.keys(row)
        const list = names.map((each) => dialect.quote(each)).join(', ')
        const marks = names.map(() => '?').join(', ')
        await run(
          `insert into ${dialect.quote('every')} (${list}) values (${marks})`,
          names.map((each) => encode(codecs.get(each), row[each])),
        )
        const found = await run(`select * from ${dialect.quote('every')} where id = ?`, [id])
        const byText = await run(`select * from ${dialect.quote('every')} where id = '${id}'`)
        expect(decodeAll(codecs, byText.rows[0]!)).toEqual(decodeAll(codecs, found.rows[0]!))
        expect(decodeAll(codecs, found.rows[0]!)).toEqual({
          ...Object.fromEntries(COLUMNS.map((column) => [column.name, null])),
          ...row,
          ...('at_asked' in row ? { at_asked: new Date(row['at_asked'] as string) } : {}),
          ...('big_asked' in row ? { big_asked: BigInt(row['big_asked'] as string) } : {}),
        })
      }
    })

    it('says where each column of a result comes from', async () => {
      const found = await run(
        'select e.id as other, e.total, count(*) as n from every e group by e.id, e.total',
      )
      expect(await found.columns()).toEqual([
        { name: 'other', table: 'every', column: 'id' },
        { name: 'total', table: 'every', column: 'total' },
        { name: 'n', table: undefined, column: undefined },
      ])
      expect(Number(found.rows[0]!['n'])).toBe(1)
    })

    it('counts what was inserted, found and deleted', async () => {
      expect(await insertPair(1, 'first')).toMatchObject({ affected: 1 })
      expect(await run('update pair set code = ? where id = ?', ['first', 1])).toMatchObject({ affected: 1 })
      expect(await run('update pair set code = ? where id = ?', ['first', 99])).toMatchObject({ affected: 0 })
      expect(await run('delete from pair where id in (?, ?)', [1, 99])).toMatchObject({ affected: 1 })
    })

    it('holds the limits of columns by CHECKs', async () => {
      const refused: readonly (readonly [name: string, value: DriverValue])[] = [
        ['short', ''],
        ['short', 'x'.repeat(21)],
        ['state', 'elsewhere'],
        ['small', 2_147_483_648],
        ['safe', Number.MAX_SAFE_INTEGER + 1],
      ]
      for (const [at, [column, value]] of refused.entries()) {
        const text = `insert into every (id, ${dialect.quote(column)}) values (?, ?)`
        const found = await failure(() => run(text, [`${ID.slice(0, -2)}a${at}`, value]))
        expect(['check', 'value']).toContain(found.kind)
      }
    })

    it('tells a violation of each constraint, with its columns', async () => {
      await clearPairs()
      await insertPair(1, 'a')
      const unique = await failure(() => insertPair(2, 'a'))
      expect(unique).toMatchObject({ kind: 'unique', breaksConnection: false, endsTransaction: false })
      expect([unique.constraint, unique.columns?.join()]).toContain(
        unique.constraint === undefined ? 'code' : 'pair_code',
      )
      expect(await failure(() => insertPair(1, 'b'))).toMatchObject({ kind: 'unique' })
      const other = await failure(() => insertPair(3, 'c', 77))
      const named = dialect.system === 'sqlite' ? {} : { constraint: 'pair_parent', table: 'pair' }
      expect(other).toMatchObject({ kind: 'foreign-key', ...named })
      await insertPair(4, 'd', 1)
      expect(await failure(() => run('delete from pair where id = ?', [1]))).toMatchObject({
        kind: 'foreign-key',
      })
      const missing = await failure(() => insertPair(5, null))
      expect(missing).toMatchObject({ kind: 'not-null', columns: ['code'] })
      const check = await failure(() => insertPair(-1, 'e'))
      expect(check).toMatchObject({ kind: 'check', constraint: 'pair_id_positive' })
    })

    it('tells a statement that is not one', async () => {
      expect(await failure(() => run('selec 1'))).toMatchObject({ kind: 'syntax', breaksConnection: false })
      expect(await failure(() => run('select * from nowhere'))).toMatchObject({ kind: 'syntax' })
    })

    it('begins, commits and rolls back', async () => {
      await clearPairs()
      for (const isolation of [undefined, 'serializable'] as const) {
        for (const text of dialect.begin({ isolation, readOnly: false })) await run(text)
        await insertPair(1, 'a')
        await run('rollback')
      }
      expect((await run('select * from pair')).rows).toEqual([])
      for (const text of dialect.begin({ isolation: 'repeatable read', readOnly: true })) await run(text)
      await run('select * from pair')
      await run('commit')
    })

    it('compares JSON by value', async () => {
      const column = COLUMNS.find(({ name: each }) => each === 'doc')!
      const codec = dialect.codecOf(column)
      const id = `${ID.slice(0, -2)}ff`
      await run('insert into every (id, doc) values (?, ?)', [id, encode(codec, { a: 1, b: { c: 2, d: 3 } })])
      const equal = dialect.jsonEquals('doc', '?')
      const values = [encode(codec, { b: { d: 3, c: 2 }, a: 1 })]
      expect((await run(`select id from every where ${equal}`, values)).rows).toMatchObject([{ id }])
      expect((await run(`select id from every where ${equal}`, [encode(codec, { a: 1 })])).rows).toEqual([])
      for (const number of [1e21, 2.5e-12, -1e-7]) {
        await run('update every set doc = ? where id = ?', [encode(codec, number), id])
        const values = [encode(codec, number)]
        expect((await run(`select id from every where ${equal}`, values)).rows).toMatchObject([{ id }])
      }
    })

    it('finds an element of an array in JSON, by value and type', async () => {
      const column = COLUMNS.find(({ name: each }) => each === 'doc')!
      const codec = dialect.codecOf(column)
      const id = `${ID.slice(0, -2)}fe`
      await run('insert into every (id, doc) values (?, ?)', [id, null])
      const contains = dialect.jsonContains('doc', '?')
      const count = async (where: string, element: unknown): Promise<number> =>
        (await run(`select id from every where id = '${id}' and ${where}`, [encode(codec, element)])).rows
          .length
      expect([await count(contains, 'a'), await count(`not ${contains}`, 'a')]).toEqual([0, 0])
      for (const document of [
        ['a', 1, true, 1e-7],
        ['A', 'a ', '1', 'true', [1, 'a'], { a: true }],
        'a',
        1,
        { a: 'a' },
      ])
        for (const element of ['a', 1, true, 1e-7]) {
          await run('update every set doc = ? where id = ?', [encode(codec, document), id])
          const isFound = Array.isArray(document) && (document as readonly unknown[]).includes(element)
          expect([await count(contains, element), await count(`not ${contains}`, element)]).toEqual(
            isFound ? [1, 0] : [0, 1],
          )
        }
    })

    it('compares text by bytes, and without case where asked', async () => {
      await run('delete from every')
      const text = 'insert into every (id, short, email) values (?, ?, ?)'
      await run(text, [ID, 'A', 'Ana@Example.org'])
      for (const [value, count] of [
        ['A', 1],
        ['a', 0],
        ['A ', 0],
        ['Á', 0],
      ] as const)
        expect((await run('select id from every where short = ?', [value])).rows).toHaveLength(count)
      expect((await run('select id from every where email = ?', ['ANA@example.ORG'])).rows).toHaveLength(1)
      expect((await run('select id from every where email = ?', ['ANA@example.ORG '])).rows).toHaveLength(0)
    })

    it('streams in batches, and lets go early', async () => {
      await clearPairs()
      for (let id = 1; id <= 25; id++) await insertPair(id, `c${id}`)
      const statement = statementOf('select id from pair order by id')
      const sizes: number[] = []
      for await (const rows of connection.stream(statement, [], { batchRows: 10 })) sizes.push(rows.length)
      expect(sizes).toEqual([10, 10, 5])
      for await (const rows of connection.stream(statement, [], { batchRows: 10 })) {
        expect(rows[0]).toMatchObject({ id: 1 })
        break
      }
      expect((await run('select count(*) as n from pair')).rows).toHaveLength(1)
      const wrong = connection.stream(statementOf('select nothing from pair'), [], { batchRows: 10 })
      expect(await failure(() => wrong[Symbol.asyncIterator]().next())).toMatchObject({ kind: 'syntax' })
      const none = connection.stream(statementOf('select id from pair where id = ?'), [0], { batchRows: 10 })
      expect(await none[Symbol.asyncIterator]().next()).toMatchObject({ done: true })
      expect((await run('select count(*) as n from pair')).rows).toHaveLength(1)
    })

    it('runs prepared statements after their table has changed', async () => {
      const text = 'select * from changing'
      await run('create table changing (a integer)')
      await run('insert into changing (a) values (?)', [1])
      expect((await run(text)).rows).toEqual([{ a: 1 }])
      await run('alter table changing add column b integer')
      expect((await run(text)).rows).toEqual([{ a: 1, b: null }])
      await run('drop table changing')
    })

    it('keeps a bounded number of statements prepared', async () => {
      for (let at = 0; at < 450; at++) await run(`select id from pair where id = ? and ${at} = ${at}`, [1])
      expect((await run('select id from pair where id = ? and 0 = 0', [1])).rows).toHaveLength(1)
    })

    it('closes, and takes another connection after that', async () => {
      const second = adapter.lanes === 'single' ? undefined : await open()
      await second?.close()
      expect((await run('select count(*) as n from pair')).rows).toHaveLength(1)
    })
  })
}

function tables(dialect: Dialect): string[] {
  const columns = COLUMNS.map((column) => {
    const check = dialect.checkOf(column)
    const constraint = check === undefined ? [] : [`, constraint every_${column.name} check (${check})`]
    const type = `${dialect.quote(column.name)} ${dialect.columnType(column)}`
    return { type: column.isPrimary ? `${type} primary key` : type, constraint: constraint.join('') }
  })
  const list = columns.map(({ type }) => type).join(', ')
  const checks = columns.map(({ constraint }) => constraint).join('')
  const id = dialect.columnType(columnOf('integer', 'id', { limits: { bits: 32 } }))
  const code = dialect.columnType(columnOf('text', 'code', { limits: { maxLength: 20 } }))
  return [
    `create table ${dialect.quote('every')} (${list}${checks}) ${dialect.tableSuffix}`,
    `create table pair (id ${id} not null, code ${code} not null, parent ${id}, constraint pair_pk primary key (id),
      constraint pair_code unique (code), constraint pair_parent foreign key (parent) references pair (id) on delete restrict,
      constraint pair_id_positive check (id > 0)) ${dialect.tableSuffix}`,
  ]
}

function encode(codec: Codec | undefined, value: unknown): DriverValue {
  return value === null || codec?.encode === undefined ? (value as DriverValue) : codec.encode(value)
}

function decodeAll(codecs: ReadonlyMap<string, Codec>, row: DriverRow): Record<string, unknown> {
  const entries = Object.entries(row).map(([name, value]) => {
    const decode = codecs.get(name)?.decode
    return [name, value === null || decode === undefined ? value : decode(value)] as const
  })
  return Object.fromEntries(entries)
}
