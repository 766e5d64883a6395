// On the request path of routes with a body: chooses the format of a request, and reads its value.
import { FrameworkError, isPromise, paramsOf, ValidationError } from '../../errors/index.ts'
import type { BodyReader, Call, CompiledBody, ReaderSettings } from '../../operation/index.ts'
import type { BodyAlternative, JsonSettings } from '../../route/index.ts'
import {
  mayBeMissing,
  parseJson,
  refuseOverflow,
  type InputParser,
  type Violation,
} from '../../schema/index.ts'
import { contentTypeCheck, formatChooser } from './negotiation.ts'

/** Reads bytes as a value, and checks it against its schema. */
type ReadValue = (bytes: Uint8Array, type: string) => unknown

/** Makes the reader of a route's body; `undefined` if the route declares none, or its handler reads it. */
export function createBodyReader({ bodies, json }: ReaderSettings): BodyReader | undefined {
  const [first] = bodies
  if (first === undefined) return undefined
  const missing = readMissing(bodies)
  if (bodies.length > 1) return chosenReader(bodies, json, missing)
  const { format, parser } = first
  const checkType = contentTypeCheck(format.mediaTypes, format.charset)
  const expects = (call: Call): boolean => {
    if (!call.hasBody) return false
    checkType(call.meta('content-type'))
    return true
  }
  if (format.kind === 'json') {
    const read = readJson(parser as InputParser, json)
    // A missing body has no media type and is not JSON.
    return { expects, parse: (bytes) => (bytes.byteLength === 0 ? missing() : read(bytes, '')) }
  }
  const read = readOther(format, parser)
  return {
    expects,
    parse(bytes, call) {
      const type = call.meta('content-type')
      if (bytes.byteLength === 0) {
        if (type === undefined) return missing()
        // It was not checked yet, since the request has no body.
        checkType(type)
      }
      return read(bytes, type ?? '')
    },
  }
}

/** Several formats: the media type of the request chooses. */
function chosenReader(
  bodies: readonly CompiledBody[],
  settings: JsonSettings,
  missing: () => unknown,
): BodyReader {
  const choose = formatChooser(bodies.map(({ format }) => format))
  const reads = bodies.map(({ format, parser }) =>
    format.kind === 'json' ? readJson(parser as InputParser, settings) : readOther(format, parser),
  )
  const isJson = bodies.map(({ format }) => format.kind === 'json')
  return {
    expects(call) {
      if (!call.hasBody) return false
      choose(call.meta('content-type'))
      return true
    },
    parse(bytes, call) {
      const type = call.meta('content-type')
      const isEmpty = bytes.byteLength === 0
      if (isEmpty && type === undefined) return missing()
      const at = choose(type)
      return isEmpty && isJson[at] === true ? missing() : (reads[at] as ReadValue)(bytes, type ?? '')
    },
  }
}

/** The value of a missing body: of several formats, the first decides that accepts a missing one. */
function readMissing(bodies: readonly CompiledBody[]): () => unknown {
  const loose = bodies.length > 1 ? bodies.find(({ format }) => isLoose(format)) : undefined
  const { parser } = loose ?? (bodies[0] as CompiledBody)
  if (parser !== undefined) return () => parser.parse(undefined)
  return () => {
    throw new ValidationError({ place: 'body', violations: [NO_BODY] })
  }
}

function isLoose({ schema }: BodyAlternative): boolean {
  return schema !== undefined && mayBeMissing(schema)
}

/** The violation of a missing body. */
export const NO_BODY: Violation = { in: 'body', pointer: '', code: 'required', message: 'is required' }

function readJson(parser: InputParser, { duplicates }: JsonSettings): ReadValue {
  const scanNumbers = !parser.boundsNumbers
  const options = { duplicates: duplicates ?? 'last', scanDepth: !parser.boundsDepth, scanNumbers } as const
  const read = (bytes: Uint8Array): unknown => parser.parse(parseJson(bytes, options))
  return scanNumbers ? read : withOverflowCheck(read)
}

/** If the schema refuses a value, its numbers are scanned, which may be the reason. */
function withOverflowCheck(read: (bytes: Uint8Array) => unknown): ReadValue {
  return (bytes) => {
    try {
      return read(bytes)
    } catch (error) {
      if (ValidationError.is(error)) refuseOverflow(bytes)
      throw error
    }
  }
}

function readOther(format: BodyAlternative, parser: InputParser | undefined): ReadValue {
  const read =
    format.kind === 'bodyFormat' ? readOwn(format) : (format.read as (bytes: Uint8Array) => unknown)
  if (parser === undefined) return read
  return (bytes, type) => {
    const value = read(bytes, type)
    return isPromise(value)
      ? Promise.resolve(value).then((settled: unknown) => parser.parse(settled))
      : parser.parse(value)
  }
}

/** Reads by the function of a body format. */
function readOwn({ read, mediaTypes }: BodyAlternative): ReadValue {
  const fail = (error: unknown): never => {
    if (FrameworkError.is(error)) throw error
    throw unreadable(mediaTypes[0], error)
  }
  return (bytes, type) => {
    try {
      const value = read?.(bytes, paramsOf(type))
      return isPromise(value) ? Promise.resolve(value).catch(fail) : value
    } catch (error) {
      return fail(error)
    }
  }
}

function unreadable(mediaType: string, cause: unknown): ValidationError {
  const message = `cannot be read as ${mediaType}`
  const violations: Violation[] = [{ in: 'body', pointer: '', code: 'encoding', message }]
  return new ValidationError({ place: 'body', violations, cause })
}
