// What a schema says, in words, and a value that fits it.

/** Follows references of a document. */
export function resolve(spec, schema) {
  let node = schema === true || schema === undefined ? {} : schema
  for (let steps = 0; node.$ref && steps < 50; steps++) {
    const { $ref, ...own } = node
    const target = $ref
      .split('/')
      .slice(1)
      .reduce((at, key) => at?.[decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~')], spec)
    node = { ...target, ...own }
  }
  if (!node.allOf) return node
  const { allOf, ...own } = node
  return [...allOf.map((part) => resolve(spec, part)), own].reduce((a, b) => ({
    ...a,
    ...b,
    ...((a.properties || b.properties) && { properties: { ...a.properties, ...b.properties } }),
    ...((a.required || b.required) && {
      required: [...new Set([...(a.required ?? []), ...(b.required ?? [])])],
    }),
  }))
}

export function nameOf(schema) {
  return schema?.$ref?.split('/').at(-1)
}

/** The type in a few words: `array of Order`, `string (uuid)`, `"a" | "b"`. */
export function typeText(spec, schema, depth = 0) {
  const name = nameOf(schema)
  if (name) return name
  const node = resolve(spec, schema)
  const branches = node.anyOf ?? node.oneOf
  if (node.const !== undefined) return JSON.stringify(node.const)
  if (node.enum) return node.enum.map((one) => JSON.stringify(one)).join(' | ')
  if (branches)
    return depth > 3 ? 'any of several' : branches.map((one) => typeText(spec, one, depth + 1)).join(' | ')
  const types = [node.type ?? (node.properties ? 'object' : 'any')].flat()
  const texts = types.map((type) =>
    type === 'array' && depth < 4 ? `array of ${typeText(spec, node.items ?? {}, depth + 1)}` : type,
  )
  return texts.join(' | ') + (node.format ? ` (${node.format})` : '') + (node.nullable ? ' | null' : '')
}

const LIMITS = {
  minimum: '≥',
  exclusiveMinimum: '>',
  maximum: '≤',
  exclusiveMaximum: '<',
  multipleOf: 'multiple of',
  minLength: 'min. length',
  maxLength: 'max. length',
  pattern: 'pattern',
  minItems: 'min. items',
  maxItems: 'max. items',
}

/** The constraints in words. */
export function limitTexts(node) {
  const texts = Object.entries(LIMITS).flatMap(([keyword, word]) =>
    node[keyword] === undefined ? [] : [`${word} ${node[keyword]}`],
  )
  if (node.uniqueItems) texts.push('unique items')
  if (node.default !== undefined) texts.push(`default ${JSON.stringify(node.default)}`)
  if (node.readOnly) texts.push('read only')
  if (node.deprecated) texts.push('deprecated')
  return texts
}

const FORMATS = {
  'date-time': '2026-01-31T12:00:00Z',
  date: '2026-01-31',
  time: '12:00:00Z',
  email: 'name@example.com',
  uuid: '00000000-0000-4000-8000-000000000000',
  uri: 'https://example.com/',
  'uri-reference': '/path',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
}

/** A value that fits a schema, as far as can be told from it: its example, its default, or one made up. */
export function sampleOf(spec, schema, open = []) {
  const name = nameOf(schema)
  if (name && open.includes(name)) return undefined
  const inner = name ? [...open, name] : open
  const node = resolve(spec, schema)
  const given = givenValue(node)
  if (isGiven(given)) return given
  const branches = node.anyOf ?? node.oneOf
  if (branches) return branches.map((one) => sampleOf(spec, one, inner)).find(isGiven)
  const type = [node.type ?? (node.properties ? 'object' : undefined)].flat()[0]
  return SAMPLES[type]?.(node, (one) => sampleOf(spec, one, inner))
}

function givenValue(node) {
  return [node.examples?.[0], node.example, node.default, node.const, node.enum?.[0]].find(isGiven)
}

function isGiven(value) {
  return value !== undefined
}

const SAMPLES = {
  object: ({ properties = {} }, sample) =>
    Object.fromEntries(
      Object.entries(properties)
        .map(([key, one]) => [key, sample(one)])
        .filter(([, value]) => isGiven(value)),
    ),
  array: ({ prefixItems, items = {} }, sample) => (prefixItems ?? [items]).map(sample).filter(isGiven),
  string: ({ format, minLength = 0, maxLength }) =>
    format === 'binary' ? undefined : (FORMATS[format] ?? 'text'.padEnd(minLength, 'x').slice(0, maxLength)),
  integer: sampleNumber,
  number: sampleNumber,
  boolean: () => true,
  null: () => null,
}

function sampleNumber({ minimum, exclusiveMinimum, maximum, exclusiveMaximum, multipleOf }) {
  if (typeof minimum === 'number') return minimum
  if (typeof exclusiveMinimum === 'number') return exclusiveMinimum + 1
  if (typeof maximum === 'number') return Math.min(maximum, 1)
  if (typeof exclusiveMaximum === 'number') return Math.min(exclusiveMaximum - 1, 1)
  return multipleOf ?? 1
}
