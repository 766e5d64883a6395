// On the request path: turns the texts of a query, path, header or cookie into the types that their schema declares.

/** The text of one key: a list where the key was repeated. */
export type RawValue = string | string[]

/** Turns a raw value into a typed one. Other text is returned unchanged, for the validator to refuse. */
export type Coerce = (value: RawValue) => unknown

/** The number grammar of JSON, RFC 8259 §6: no `+1`, `01`, `.5`, `0x10`, no spaces. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

const ZERO = 48
const NINE = 57

/** `"12"` to 12; a text that is not a JSON number, or is beyond the range of a double, stays. */
export function toNumber(value: RawValue): unknown {
  if (typeof value !== 'string') return value
  const { length } = value
  // Fifteen digits always fit a double; most numbers in a URL have fewer.
  if (length === 0 || length > 15) return parseNumber(value)
  const first = value.charCodeAt(0)
  if (first === ZERO) return length === 1 ? 0 : parseNumber(value)
  let number = 0
  for (let i = 0; i < length; i++) {
    const code = value.charCodeAt(i)
    if (code < ZERO || code > NINE) return parseNumber(value)
    number = number * 10 + code - ZERO
  }
  return number
}

function parseNumber(value: string): unknown {
  if (!NUMBER.test(value)) return value
  const number = Number(value)
  return Number.isFinite(number) ? number : value
}

/** `"true"` and `"false"`, nothing else. */
export function toBoolean(value: RawValue): unknown {
  return value === 'true' ? true : value === 'false' ? false : value
}

/** `"null"` to null. */
export function toNull(value: RawValue): unknown {
  return value === 'null' ? null : value
}

/** A number, or `"null"` for null. */
export function toNullableNumber(value: RawValue): unknown {
  return value === 'null' ? null : toNumber(value)
}

/** A boolean, or `"null"` for null. */
export function toNullableBoolean(value: RawValue): unknown {
  return value === 'null' ? null : toBoolean(value)
}

/** Makes a coercion for a form, which sends an empty text for a field without a value. Not for texts, which may be empty. */
export function toFilled(coerce: Coerce): Coerce {
  return (value) => (value === '' ? undefined : coerce(value))
}

/** Makes a coercion for a list in a form: empty fields are not members. */
export function toFilledList(coerce: Coerce): Coerce {
  return (value) => (coerce(value) as readonly unknown[]).filter((member) => member !== undefined)
}

/** `"on"` to true: the form value of a ticked checkbox without a value of its own (HTML, §4.10.5.1.15). */
export function toTicked(coerce: Coerce): Coerce {
  return (value) => (value === 'on' ? true : coerce(value))
}

/** Makes a coercion to a list: a single value becomes a list of one. Without `member` members stay texts. */
export function toList(member: Coerce | null): Coerce {
  if (member === null) return (value) => (typeof value === 'string' ? [value] : value)
  return (value) => (typeof value === 'string' ? [member(value)] : value.map((item) => member(item)))
}

/** Makes a coercion to a value or a list of values: a list only where the key is repeated. */
export function toEither(member: Coerce): Coerce {
  return (value) => (typeof value === 'string' ? member(value) : value.map((item) => member(item)))
}

/** Makes a coercion to a tuple: members by their position, further ones by `rest`. */
export function toTuple(members: readonly (Coerce | null)[], rest: Coerce | null): Coerce {
  return (value) => {
    const list = typeof value === 'string' ? [value] : value
    return list.map((item, i) => {
      const member = i < members.length ? members[i]! : rest
      return member === null ? item : member(item)
    })
  }
}

/**
 * Makes a coercion for a header that is a list: repeated fields and members between commas mean the same
 * (RFC 9110 §5.3, §5.6.1). Commas in quotes are text; empty members are omitted.
 */
export function toHeaderList(coerce: Coerce): Coerce {
  return (value) => coerce(typeof value === 'string' ? splitHeader(value) : value.flatMap(splitHeader))
}

const MEMBER = /(?:"(?:[^"\\]|\\.)*"?|[^,"])+/g

function splitHeader(value: string): string[] {
  const members = value.match(MEMBER) ?? []
  return members.map((member) => member.replace(/^[\t ]+|[\t ]+$/g, '')).filter((member) => member !== '')
}
