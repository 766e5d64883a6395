import type { BodyAlternative, ErrorDefinition, SchemaLike, FieldSchemas } from '@keelson/core'
import {
  bodiesOf,
  isContent,
  isOptional,
  isSchema,
  isTypeBoxSchema,
  mayBeMissing,
  mayBeNothing,
  parsePattern,
  responsesOf,
  typedMiddlewareOf,
  type FlatRoute,
} from '@keelson/core/spi'
import { toPascal } from '../names.ts'
import { onWire, receivedType } from './received-types.ts'
import type { SchemaTypes, TypeSubject } from './schema-types.ts'
import {
  intersectionOf,
  literalType,
  takesEmpty,
  takesNothing,
  textType,
  UNDEFINED,
  unionOf,
  UNKNOWN,
  type Member,
  type TypeNode,
} from './type-node.ts'

const STRING = textType('string')
/** Body of a route that reads the bytes itself; declared in the file. */
const UPLOAD_BODY = 'UploadBody'
/** An error as a client reads it; declared in the file. */
const WIRE_ERROR = 'WireError'

/** Makes the types of routes as `createClient` reads them: what a caller sends, receives by status, and the errors. */
export class RouteTypes {
  readonly #types: SchemaTypes

  constructor(types: SchemaTypes) {
    this.#types = types
  }

  /** `Route<{ … }, { 200: … }, WireError<…>>` */
  typeOf(flat: FlatRoute): TypeNode {
    if (flat.route.options.upgrades !== undefined) return textType('UpgradeRoute')
    return {
      kind: 'generic',
      name: 'Route',
      parts: [this.#input(flat), this.#output(flat), this.#errors(flat)],
    }
  }

  #input(flat: FlatRoute): TypeNode {
    const { query, headers, cookies } = flat.route.options
    const fields = Object.entries({ query, headers, cookies }).flatMap(([name, schema]): Member[] => {
      if (schema === undefined) return []
      const type = this.#shaped(schema as SchemaLike | FieldSchemas, subjectOf(flat, name, 'in'))
      // Browsers send cookies by themselves.
      return [member(name, type, name === 'cookies' || takesEmpty(type))]
    })
    return { kind: 'object', members: [...this.#params(flat), ...fields, ...this.#body(flat)] }
  }

  /** A whole schema, or one for each name. */
  #shaped(schema: SchemaLike | FieldSchemas, subject: TypeSubject): TypeNode {
    if (isSchema(schema)) return this.#types.typeOf(schema, subject)
    const members = Object.entries(schema as FieldSchemas).map(([name, one]): Member => {
      const type = this.#types.typeOf(one, { ...subject, place: `${subject.place}, ${name}` })
      if (!mayBeOmitted(one, subject)) return { name, type }
      // For the compiler an optional member of TypeBox is never `undefined`.
      return member(name, isTypeBoxSchema(one) ? type : unionOf([type, UNDEFINED]), true)
    })
    return { kind: 'object', members }
  }

  /** All params of the path: as the route describes them, else texts. */
  #params(flat: FlatRoute): Member[] {
    const names = parsePattern(flat.pattern, flat.place).paramNames
    if (names.length === 0) return []
    const { params } = flat.route.options
    if (params === undefined)
      return [{ name: 'params', type: { kind: 'object', members: names.map(toText) } }]
    // A path has all its params, so that their defaults are not used.
    const subject = { ...subjectOf(flat, 'params', 'in'), isFilled: false }
    const type = isSchema(params)
      ? this.#types.typeOf(params, subject)
      : this.#paramsOf(params as FieldSchemas, subject)
    const texts = names.filter((name) => !namesIn(type, flat).includes(name)).map(toText)
    const whole: TypeNode =
      type.kind === 'object'
        ? { ...type, members: [...type.members, ...texts] }
        : intersectionOf([type, ...(texts.length === 0 ? [] : [{ kind: 'object', members: texts } as const])])
    return [{ name: 'params', type: whole }]
  }

  #paramsOf(params: FieldSchemas, subject: TypeSubject): TypeNode {
    const members = Object.entries(params).map(([name, schema]): Member => {
      const type = this.#types.typeOf(schema, { ...subject, place: `${subject.place}, ${name}` })
      if (isTypeBoxSchema(schema)) return isOptional(schema) ? member(name, type, true) : { name, type }
      return { name, type: withNothing(type, schema) }
    })
    return { kind: 'object', members }
  }

  #body(flat: FlatRoute): Member[] {
    const { options } = flat.route
    const bodies = bodiesOf(options)
    if (bodies.length === 0) {
      if (options.consumes === undefined) return []
      const [first = ''] = options.consumes
      return [sent(/[/+]json/.test(first) ? UNKNOWN : textType(UPLOAD_BODY))]
    }
    const subject = subjectOf(flat, 'body', 'in')
    return [sent(unionOf(bodies.map((one) => this.#bodyIn(one, subject))))]
  }

  #bodyIn({ kind, mediaTypes, schema }: BodyAlternative, subject: TypeSubject): TypeNode {
    const [first] = mediaTypes
    const isWritten = kind !== 'bodyFormat' || /[/+]json$|^application\/x-www-form-urlencoded$/.test(first)
    if (kind === 'bytes' || !isWritten) return textType(UPLOAD_BODY)
    return schema === undefined ? STRING : withNothing(this.#types.typeOf(schema, subject), schema)
  }

  #output(flat: FlatRoute): TypeNode {
    const declared = responsesOf(flat.route.options)
    const own = declared.map(([status, body]) => ({ name: status, type: this.#received(flat, status, body) }))
    const bodies = own.length === 0 ? [{ name: '200', type: UNKNOWN }] : own
    const known = new Set(bodies.map(({ name }) => name))
    const described = typedMiddlewareOf(flat).flatMap((one) => Object.keys(one.describe.responses ?? {}))
    const more = [...new Set(described)]
      .filter((status) => !known.has(status))
      .map((name) => ({ name, type: ['204', '205', '304'].includes(name) ? UNDEFINED : UNKNOWN }))
    const headers = declared.flatMap(([status, , shape]): Member[] =>
      shape === undefined ? [] : [{ name: status, type: this.#headers(flat, status, shape) }],
    )
    const hasHeaders = declared.some(([, , shape]) => shape !== undefined)
    const beside: Member[] = hasHeaders
      ? [{ name: 'headers', type: { kind: 'object', members: headers } }]
      : []
    return { kind: 'object', members: [...bodies, ...more, ...beside] }
  }

  #received(flat: FlatRoute, status: string, body: SchemaLike | null): TypeNode {
    if (body === null) return UNDEFINED
    if (isContent(body)) return unionOf(body.mediaTypes.map(receivedType))
    const type = this.#types.typeOf(body, subjectOf(flat, `response ${status}`, 'out'))
    return !isTypeBoxSchema(body) && mayBeNothing(body) ? unionOf([type, UNDEFINED]) : type
  }

  #headers(flat: FlatRoute, status: string, shape: FieldSchemas): TypeNode {
    const subject = subjectOf(flat, `response ${status}, headers`, 'out')
    const members = Object.entries(shape).map(([name, schema]): Member => {
      const type = onWire(this.#types.typeOf(schema, { ...subject, place: `${subject.place}, ${name}` }))
      if (isTypeBoxSchema(schema)) return isOptional(schema) ? member(name, type, true) : { name, type }
      return mayBeNothing(schema) ? { name, type: unionOf([type, UNDEFINED]) } : { name, type }
    })
    return { kind: 'object', members }
  }

  #errors(flat: FlatRoute): TypeNode {
    const own = flat.route.options.errors ?? []
    const described = typedMiddlewareOf(flat).flatMap((one) => one.describe.errors ?? [])
    const distinct = new Set<ErrorDefinition>([...own, ...described])
    return unionOf([...distinct].map((one) => this.#error(flat, one)))
  }

  #error(flat: FlatRoute, { code, status, detailsSchema }: ErrorDefinition): TypeNode {
    const subject = {
      ...subjectOf(flat, `error ${code}`, 'out'),
      hint: `${toPascal(code.toLowerCase())}Details`,
    }
    const details = isSchema(detailsSchema) ? this.#types.typeOf(detailsSchema, subject) : noDetails(code)
    return { kind: 'generic', name: WIRE_ERROR, parts: [literalType(code), details, literalType(status)] }
  }
}

function subjectOf({ name }: FlatRoute, where: string, side: 'in' | 'out'): TypeSubject {
  const hint = `${toPascal(name)}${toPascal(where.replaceAll(/\W+/g, '_'))}`
  return { side, isFilled: side === 'in', place: `${name}, ${where}`, hint }
}

/** The framework's own errors may have any details; those of `defineError` have what they declare. */
function noDetails(code: string): TypeNode {
  return code.startsWith('ERR_CORE_') ? UNKNOWN : UNDEFINED
}

function member(name: string, type: TypeNode, isLoose: boolean): Member {
  return isLoose ? { name, type, isOptional: true } : { name, type }
}

/** A body is required, even if it is `{}`, unless its schema accepts `undefined`. */
function sent(type: TypeNode): Member {
  return member('body', type, takesNothing(type))
}

/** The type of a value that may be missing. */
function withNothing(type: TypeNode, schema: SchemaLike): TypeNode {
  const isMissing = isTypeBoxSchema(schema) ? isOptional(schema) : mayBeMissing(schema)
  return isMissing ? unionOf([type, UNDEFINED]) : type
}

function mayBeOmitted(schema: SchemaLike, { isFilled }: TypeSubject): boolean {
  if (!isTypeBoxSchema(schema)) return mayBeMissing(schema)
  return isOptional(schema) || (isFilled && schema['default'] !== undefined)
}

/** A param without a schema. */
function toText(name: string): Member {
  return { name, type: STRING }
}

/** The params that a type describes: all of the route's own path if it has no members. */
function namesIn(type: TypeNode, { route, place }: FlatRoute): readonly string[] {
  return type.kind === 'object'
    ? type.members.map(({ name }) => name)
    : parsePattern(route.path, place).paramNames
}
