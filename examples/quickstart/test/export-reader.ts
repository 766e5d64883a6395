import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import type { Order } from '../src/orders.contract.ts'
import { READER, type Service } from './service.ts'

/** With what each order weighs (4 KB), far more than the buffers of a connection hold. */
export const BULK = 5000
const ITEMS = JSON.stringify(
  Array.from({ length: 50 }, () => ({ sku: 'x'.repeat(40), quantity: 1, priceCents: 1 })),
)
const INSERT = `
  INSERT INTO orders (id, customer, status, items, total_cents, created_at, version)
  VALUES (?, 'Bulk', 'open', ?, 50, '2026-01-01T00:00:00.000Z', 1)`

/** Puts many large orders into the database of a service that runs. */
export function addBulk({ databaseFile }: Service): void {
  const db = new DatabaseSync(databaseFile)
  const insert = db.prepare(INSERT)
  db.exec('BEGIN')
  for (let n = 0; n < BULK; n++) {
    insert.run(`00000000-0000-4000-8000-${String(n).padStart(12, '0')}`, ITEMS)
  }
  db.exec('COMMIT')
  db.close()
}

/** A client of the export with a socket of its own, which reads no more than it is told to. */
export class ExportReader {
  readonly socket: Socket
  #text = ''

  private constructor(socket: Socket) {
    this.socket = socket.setEncoding('utf8').on('data', (chunk: string) => (this.#text += chunk))
  }

  /** Reads the beginning, and no further. */
  static async open(service: Service): Promise<ExportReader> {
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1')
    const reader = new ExportReader(socket)
    const fields = [
      'host: 127.0.0.1',
      `authorization: ${service.credentialOf(READER).authorization}`,
      'connection: close',
    ]
    socket.write(`GET /orders/export HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n`)
    await once(socket, 'data')
    socket.pause()
    return reader
  }

  /** Reads the rest. */
  async orders(): Promise<Order[]> {
    this.socket.resume()
    await once(this.socket, 'end')
    return toOrders(withoutChunks(this.#text))
  }
}

export function toOrders(text: string): Order[] {
  const lines = text.trimEnd().split('\n')
  return lines.map((line) => JSON.parse(line) as Order)
}

/** The body of an answer in chunks (RFC 9112 §7.1). Its text is ASCII, so that bytes are characters. */
function withoutChunks(answer: string): string {
  let at = answer.indexOf('\r\n\r\n') + 4
  const parts: string[] = []
  for (;;) {
    const start = answer.indexOf('\r\n', at) + 2
    const size = Number.parseInt(answer.slice(at, start), 16)
    if (!(size >= 0)) throw new Error('The answer was cut off.')
    if (size === 0) return parts.join('')
    parts.push(answer.slice(start, start + size))
    at = start + size + 2
  }
}
