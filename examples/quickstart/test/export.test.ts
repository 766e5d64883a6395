import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addBulk, BULK, ExportReader, toOrders } from './export-reader.ts'
import { LIMIT_MS, READER, Service } from './service.ts'

let service: Service

beforeAll(async () => {
  service = await Service.start()
  addBulk(service)
}, LIMIT_MS)

afterAll(async () => {
  await service.stop()
}, LIMIT_MS)

describe('the export', () => {
  it('gives every order, one a line, in the order of their keys', { timeout: LIMIT_MS }, async () => {
    const response = await service.call('GET', '/orders/export', { key: READER })
    expect(response.headers.get('content-type')).toBe('application/jsonl')
    const ids = toOrders(await response.text()).map(({ id }) => id)
    expect(ids.length).toBe(BULK)
    expect(ids).toEqual(ids.toSorted())
  })

  it('reads the database no faster than the client reads the answer', { timeout: LIMIT_MS }, async () => {
    const reader = await ExportReader.open(service)
    const { id } = await service.create('late')
    expect(isBeingRead(service)).toBe(true)
    const ids = (await reader.orders()).map((order) => order.id)
    // All of it is as of the moment when it began.
    expect([ids.length, ids.includes(id)]).toEqual([BULK, false])
    expect(isBeingRead(service)).toBe(false)
  })

  it(
    'stops when its client goes away, logs 499, and the service goes on',
    { timeout: LIMIT_MS },
    async () => {
      const reader = await ExportReader.open(service)
      reader.socket.destroy()
      await service.until(() => service.log.some((line) => line['status'] === 499), 'does not notice')
      expect(service.log.find((line) => line['status'] === 499)).toMatchObject({ route: 'orders.export' })
      expect((await service.call('GET', '/readyz')).status).toBe(200)
    },
  )
})

/** While somebody reads an older state of the file, what was written since cannot be moved into it. */
function isBeingRead({ databaseFile }: Service): boolean {
  const db = new DatabaseSync(databaseFile)
  const row = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()
  db.close()
  return row?.['busy'] === 1
}
