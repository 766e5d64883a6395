// What was ended here and other processes are to know goes out on the bus. The store has it by then: a bus that is down undoes nothing.
import type { Bus, Clock, Logger } from '@keelson/core'
import { within } from '@keelson/core/ports'

/** Version of the format of messages. */
const VERSION = '1 '

/** By what it is told. */
export interface TellPorts {
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Logger
  /** How long the bus may take, ms. */
  readonly limitMs: number
}

/** What is told. */
export interface Told {
  readonly topic: string
  readonly message: object
  /** What the log has where it cannot be told. */
  readonly untold: { readonly fields: object; readonly text: string }
}

/** Tells other processes, or the log that they were not told. It never rejects. */
export async function tell({ topic, message, untold }: Told, ports: TellPorts): Promise<void> {
  const { bus, clock, log, limitMs } = ports
  const payload = Buffer.from(VERSION + JSON.stringify(message))
  try {
    await within((signal) => bus.publish(topic, payload, { signal }), { clock, limitMs, what: 'The bus' })
  } catch (error) {
    log.warn({ err: error, ...untold.fields }, untold.text)
  }
}

/**
 * Reads what {@link tell} has sent.
 *
 * @returns `undefined` for what is not understood: of another version, which a newer process sends while it is deployed, or of somebody else
 */
export function readTold<T extends object>(
  payload: Uint8Array,
  isMessage: (value: Partial<T>) => boolean,
): T | undefined {
  const text = Buffer.from(payload).toString()
  if (!text.startsWith(VERSION)) return undefined
  try {
    const value = JSON.parse(text.slice(VERSION.length)) as Partial<T> | null
    return typeof value === 'object' && value !== null && isMessage(value) ? (value as T) : undefined
  } catch {
    return undefined
  }
}
