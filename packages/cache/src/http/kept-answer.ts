// What the cache keeps of an answer: in memory as it is given, in the shared store as bytes.
import { FrameworkError, reply, type FrameworkErrorInit, type Reply } from '@keelson/core'
import type { Serializer } from '../contract/index.ts'

/** What is said of an answer beside its body. */
export interface AnswerHead {
  /** 0 where the answer is not kept: for a while requests pass the cache by. */
  readonly status: number
  /** Name and value in turn, lower case. */
  readonly headers: readonly string[]
  /** An error that was thrown, which is rendered for each request. */
  readonly error?: FrameworkErrorInit | undefined
}

/**
 * An answer, or an error, that is the same for all who ask for it. Its body is one object for all of them: what somebody made of these bytes,
 * such as compressed ones, may be kept by their identity.
 */
export class KeptAnswer {
  readonly head: AnswerHead
  readonly body: Uint8Array | undefined
  /** Made once. */
  readonly reply: Reply | undefined
  /** What was thrown, or a new one of what was stored. */
  readonly thrown: FrameworkError | undefined

  constructor(head: AnswerHead, body: Uint8Array | undefined, thrown?: FrameworkError) {
    this.head = head
    this.body = body
    this.reply =
      head.status === 0 || head.error !== undefined
        ? undefined
        : reply(head.status, body, toRecord(head.headers))
    this.thrown = head.error === undefined ? undefined : (thrown ?? new FrameworkError(head.error))
    Object.freeze(this)
  }

  /** Whether requests of its key pass the cache by. */
  get isPassed(): boolean {
    return this.head.status === 0
  }
}

/** Says of a key that its answers are not kept. */
export const PASSED = new KeptAnswer({ status: 0, headers: [] }, undefined)

function toRecord(flat: readonly string[]): Record<string, string | readonly string[]> {
  const record = new Map<string, string | string[]>()
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i] as string
    const value = flat[i + 1] as string
    const earlier = record.get(name)
    const joined = earlier === undefined ? value : [earlier, value].flat()
    record.set(name, joined)
  }
  return Object.fromEntries(record)
}

const LENGTH_BYTES = 4

/** The length of the head in four bytes, the head as JSON, the body as it is. */
export const ANSWERS: Serializer = {
  serialize: (value) => {
    const { head, body } = value as KeptAnswer
    const text = Buffer.from(JSON.stringify({ ...head, isEmpty: body === undefined }))
    const length = Buffer.alloc(LENGTH_BYTES)
    length.writeUInt32BE(text.byteLength)
    return Buffer.concat(body === undefined ? [length, text] : [length, text, body])
  },
  deserialize: (stored) => {
    const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength)
    const end = LENGTH_BYTES + bytes.readUInt32BE(0)
    const head = JSON.parse(bytes.toString('utf8', LENGTH_BYTES, end)) as AnswerHead & {
      readonly isEmpty: boolean
    }
    const { status, headers, error, isEmpty } = head
    if (end > bytes.byteLength || !Number.isInteger(status) || !Array.isArray(headers))
      throw new TypeError('It is not an answer.')
    return new KeptAnswer({ status, headers, error }, isEmpty ? undefined : bytes.subarray(end))
  },
}
