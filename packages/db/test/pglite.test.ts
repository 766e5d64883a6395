import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { pglite } from '../src/pglite/index.ts'
import { adapterSuite } from './adapter-suite.ts'
import { onPglite } from './systems.ts'

const NEVER = new AbortController().signal
const folder = mkdtempSync(join(tmpdir(), 'keelson-pglite-'))
afterAll(() => rmSync(folder, { recursive: true }))

adapterSuite('pglite', () =>
  Promise.resolve({
    adapter: pglite(),
    close: () => Promise.resolve(),
  }),
)

describe('pglite', () => {
  it('keeps what it wrote in its folder', { timeout: 120_000 }, async () => {
    const adapter = pglite(join(folder, 'shop'))
    const first = await adapter.connect('any', NEVER)
    await first.run({ text: 'create table kept as select now() as at, 7 as n', isRead: false }, [])
    await first.close()
    expect(first.broken).toBeInstanceOf(Error)
    await expect(first.run({ text: 'select 1', isRead: true }, [])).rejects.toThrow('closed')
    const second = await adapter.connect('any', NEVER)
    const { rows } = await second.run(
      { text: 'select n, current_setting($1) as zone, at from kept', isRead: true },
      ['timezone'],
    )
    expect(rows).toEqual([{ n: 7, zone: 'UTC', at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*\.\d{3}Z$/) }])
    await second.close()
  })

  it('tells a reader that does something else that its stream was closed', { timeout: 120_000 }, async () => {
    const { adapter, drop } = await onPglite()
    const connection = await adapter.connect('any', NEVER)
    const many = { text: 'select generate_series(1, 1000) as n', isRead: true }
    const batches = connection.stream(many, [], { batchRows: 10 })[Symbol.asyncIterator]()
    expect((await batches.next()).value).toHaveLength(10)
    await connection.close()
    await expect(batches.next()).rejects.toThrow('closed')
    await drop()
  })

  it('has one connection, which is not closed while idle, and cancels nothing', () => {
    expect(pglite()).toMatchObject({ lanes: 'single', place: 'memory://', pool: { poolSize: 1 } })
    expect(pglite().pool.idleTimeoutMs).toBeGreaterThan(2 ** 30)
  })

  it('refuses an empty path and an unknown option', () => {
    expect(() => pglite('')).toThrow('is not a path')
    expect(() => pglite('memory://', { poolSize: 2 } as never)).toThrow('poolSize')
  })
})
