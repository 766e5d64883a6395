// On the request path of calls within the process whose route takes a body.
import { isPromise, ValidationError } from '../errors/index.ts'
import type { CompiledBody } from './call-kind.ts'

/**
 * Makes what holds a body that comes as a value: the one that a format would have read. Bytes are taken by `bytes()`, texts by
 * `text()`, and both are read by a format of somebody's own where neither is there; anything else is held to the schemas, of
 * which the first that takes it counts.
 *
 * @returns the value for the handler, or a promise of it
 */
export function typedBody(bodies: readonly CompiledBody[]): (value: unknown) => unknown {
  const ofKind = (kind: string): CompiledBody | undefined => bodies.find(({ format }) => format.kind === kind)
  const [bytes, text, own] = [ofKind('bytes'), ofKind('text'), ofKind('bodyFormat')]
  const held = bodies.filter(({ format, parser }) => parser !== undefined && format.kind !== 'text')
  return (value) => {
    if (value === undefined) return missing(bodies)
    const content = toBytes(value)
    if (content !== undefined && bytes !== undefined) return content
    if (typeof value === 'string' && text !== undefined) return hold(text, value)
    const readable = typeof value === 'string' ? new TextEncoder().encode(value) : content
    if (readable !== undefined && own !== undefined) return read(own, readable)
    return holdToAny(held, value, bytes === undefined ? 'string' : 'bytes')
  }
}

function toBytes(value: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  return value instanceof ArrayBuffer ? new Uint8Array(value) : undefined
}

function hold({ parser }: CompiledBody, value: unknown): unknown {
  return parser === undefined ? value : parser.parse(value)
}

function read(own: CompiledBody, bytes: Uint8Array): unknown {
  const value = own.format.read?.(bytes, {})
  return isPromise(value)
    ? Promise.resolve(value).then((settled: unknown) => hold(own, settled))
    : hold(own, value)
}

/** @param wanted - what else there could have been */
function holdToAny(bodies: readonly CompiledBody[], value: unknown, wanted: string): unknown {
  let refusal: unknown = refused('type', `must be ${wanted}`)
  for (const body of bodies) {
    try {
      return hold(body, value)
    } catch (error) {
      if (!ValidationError.is(error)) throw error
      refusal = error
    }
  }
  throw refusal
}

/** What stands for a body that did not come; the word of the first that can do without one. */
function missing(bodies: readonly CompiledBody[]): unknown {
  let refusal: unknown = refused('required', 'is required')
  for (const { parser } of bodies) {
    if (parser === undefined) continue
    try {
      return parser.parse(undefined)
    } catch (error) {
      refusal = error
    }
  }
  throw refusal
}

function refused(code: string, message: string): ValidationError {
  return new ValidationError({ place: 'body', violations: [{ in: 'body', pointer: '', code, message }] })
}
