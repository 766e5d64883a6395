// A rename as the guide "migrations without downtime" writes it: the versions of a service side by side, under load, over sockets.
import { createApp, NotFoundError, route, router, t, token } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import type { Adapter } from '../../src/adapter/index.ts'
import {
  database,
  defineTables,
  openDatabase,
  table,
  text,
  uuid,
  type AnyTables,
  type Database,
} from '../../src/index.ts'
import { Load } from './load.ts'
import { migrationFolder, SYSTEMS, type MigrationFolder } from './migration-folder.ts'
import { runCommand } from './run-command.ts'

const id = uuid().primary()
const word = text({ maxLength: 100 })
const Both = defineTables({ orders: table('orders', { id, note: word.nullable(), remark: word.nullable() }) })

/** A version of the service: its tables, and what it writes to them and shows of them. */
interface Version {
  readonly tables: AnyTables
  readonly toRow: (text: string) => { readonly note?: string; readonly remark?: string }
  readonly shows: 'note' | 'remark'
  readonly ignore?: readonly string[]
}

const OLD: Version = {
  tables: defineTables({ orders: table('orders', { id, note: word }) }),
  toRow: (note) => ({ note }),
  shows: 'note',
}
const WRITES_BOTH: Version = { tables: Both, toRow: (one) => ({ note: one, remark: one }), shows: 'note' }
const READS_NEW: Version = { ...WRITES_BOTH, shows: 'remark' }
const NEW: Version = {
  tables: defineTables({ orders: table('orders', { id, remark: word.nullable() }) }),
  toRow: (remark) => ({ remark }),
  shows: 'remark',
  ignore: ['orders.note'],
}
const LAST: Version = { ...NEW, ignore: [] }

/** The file that fills the new column, part by part. */
function fillText(differs: string): string {
  return `
const { migration } = await import(${JSON.stringify(new URL('../../src/migrations/index.ts', import.meta.url).href)})
const FIRST = '00000000-0000-0000-0000-000000000000'
const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff'
export default migration({
  transaction: false,
  resumable: true,
  up: async ({ sql }: any) => {
    for (let from = FIRST, to = FIRST; to !== LAST; from = to) {
      const [next] = await sql\`select id from orders where id > \${from} order by id limit 1 offset 99\`
      to = next?.id ?? LAST
      await sql\`update orders set remark = note where id > \${from} and id <= \${to} and ${differs}\`
    }
  },
})`
}

const DIFFERS: Readonly<Record<string, string>> = {
  PostgreSQL: 'remark is distinct from note',
  MariaDB: 'not (remark <=> note)',
}

class Service {
  readonly url: string
  readonly stop: () => Promise<unknown>

  private constructor(url: string, stop: () => Promise<unknown>) {
    this.url = url
    this.stop = stop
  }

  /** Starts a version, as a process of its own would. */
  static async start({ shows, toRow, ...version }: Version, place: Place): Promise<Service> {
    const db = token<Database<typeof Both>>('shop')
    const show = (row: { id: string; note?: string | null; remark?: string | null }) => ({
      id: row.id,
      text: row[shows] ?? `no ${shows}`,
    })
    const stored = async (ctx: { readonly db: Database<typeof Both>; readonly params: { id: string } }) => {
      const row = await ctx.db.orders.byId(ctx.params.id)
      if (row === undefined) throw new NotFoundError('There is no such order.')
      return row
    }
    const parts = { params: { id: t.String() }, access: 'public' } as const
    const body = t.Object({ text: t.String() })
    const orders = route.inject({ db })
    const routes = {
      orders: router('/orders', {
        make: orders.post('/', { body, access: 'public' }, async (ctx) =>
          show(await ctx.db.orders.insert(toRow(ctx.body.text))),
        ),
        change: orders.put('/:id', { ...parts, body }, async (ctx) =>
          show(await ctx.db.orders.update(await stored(ctx), toRow(ctx.body.text))),
        ),
        show: orders.get('/:id', parts, async (ctx) => show(await stored(ctx))),
      }),
    }
    const plugins = [pluginOf(db, version, place)]
    const app = createApp({ routes, plugins, mode: 'test', log: { level: 'silent' } })
    const { urls } = await app.listen({ port: 0, host: '127.0.0.1', signals: false })
    return new Service(urls[0]!.replace(/\/$/, ''), () => app.stop())
  }
}

interface Place {
  readonly adapter: Adapter
  readonly folder: MigrationFolder
}

/** A version starts again while a newer one is rolled out, and knows no files of it. */
function pluginOf(
  db: ReturnType<typeof token<Database<typeof Both>>>,
  { tables, ignore = [] }: Pick<Version, 'tables' | 'ignore'>,
  { adapter, folder }: Place,
) {
  const migrations = { folder: folder.path, ignore, allowNewer: true }
  // What a version does with its tables is said by `toRow` and `shows`.
  return database(db, adapter, tables as typeof Both, { migrations })
}

/** Runs a command of a version, as its deployment does. */
async function run(version: Version, place: Place, name: string, args = {}): Promise<string> {
  const plugin = pluginOf(token<Database<typeof Both>>('shop'), version, place)
  const { code, out, err } = await runCommand([plugin], name, args)
  expect([name, code, code === 0 ? '' : err]).toEqual([name, 0, ''])
  return out
}

describe.each(SYSTEMS.filter(([name]) => name in DIFFERS))('a rename on %s', (name, make) => {
  it('is made while the old version and the new one are used, and no request fails', async (context) => {
    const made = await make()
    if (made === undefined) return context.skip('the server is not at hand')
    using folder = migrationFolder()
    const place = { adapter: made.adapter, folder }
    const load = new Load()
    const started: Service[] = []
    const start = async (version: Version): Promise<Service> => {
      await run(version, place, 'db migrate')
      const service = await Service.start(version, place)
      started.push(service)
      load.add(service.url)
      return service
    }
    const retire = async (service: Service): Promise<void> => {
      await load.remove(service.url)
      await service.stop()
    }
    /** The next version is there, both are used, and the one before ends. */
    const rollOut = async (version: Version, before: Service): Promise<Service> => {
      await load.answered(20)
      const service = await start(version)
      await load.answered(60)
      await load.order(service.url, before.url)
      await load.order(before.url, service.url)
      await retire(before)
      return service
    }
    try {
      await run(OLD, place, 'db diff', { words: ['create'] })
      const old = await start(OLD)
      load.start(4)
      await load.answered(300)

      await run(WRITES_BOTH, place, 'db diff', { words: ['expand'] })
      const writing = await rollOut(WRITES_BOTH, old)

      folder.write({ '0003-fill-remark.ts': fillText(DIFFERS[name]!) })
      const reading = await rollOut(READS_NEW, writing)
      // The column is there for the version before, and no table value says it.
      await run(NEW, place, 'db check')
      const renamed = await rollOut(NEW, reading)

      await run(LAST, place, 'db diff', { words: ['contract'], drop: ['orders.note'] })
      await rollOut(LAST, renamed)
      await load.answered(20)
      await load.stop()
      expect(load.failures).toEqual([])

      await using db = await openDatabase(made.adapter, LAST.tables as typeof Both)
      const rows = await db.orders.find()
      expect(new Map(rows.map((row) => [row.id, row.remark]))).toEqual(load.written)
      expect(load.written.size).toBeGreaterThan(30)
      await expect(db.sql`select note from orders`).rejects.toThrow('note')
    } finally {
      await load.stop()
      for (const service of started) await service.stop()
      await made.drop()
    }
  }, 120_000)
})
