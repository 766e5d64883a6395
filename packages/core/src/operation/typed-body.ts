// On the request path of calls within the process whose route takes a body.
import { isPromise, ValidationError } from '../errors/index.ts'
import type { CompiledBody } from './call-kind.ts'

/**
 * Makes the check of a body that comes as a value instead of in a format. `bytes()` takes bytes, `text()` takes texts, and
 * without them a custom format reads both; the first schema that takes any other value counts.
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

/** @param wanted - the type to name if there is no schema */
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

/** The value of a missing body, from the first schema that accepts it. */
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
