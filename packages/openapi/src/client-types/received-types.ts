import { textType, UNDEFINED, unionOf, UNKNOWN, type TypeNode } from './type-node.ts'

const STRING = textType('string')
const LINES = textType('string | readonly string[]')

/** The type of a body that a client receives with a media type, as that of `content`. */
export function receivedType(mediaType: string): TypeNode {
  if (/^(?:text\/event-stream|application\/(?:x-)?(?:ndjson|jsonl))/.test(mediaType))
    return textType('AsyncIterable<Uint8Array>')
  if (/^text\/|charset=|[/+](?:xml|yaml|javascript)/.test(mediaType)) return STRING
  return /[/+]json/.test(mediaType) ? UNKNOWN : textType('Uint8Array')
}

/** The type of a header, which is a text: of a number or a boolean, its text; of a list, one line or several. */
export function onWire(type: TypeNode): TypeNode {
  switch (type.kind) {
    case 'any':
      return unionOf(type.parts.map(onWire))
    case 'noted':
      return { ...type, type: onWire(type.type) }
    case 'named':
      return type.type.body === undefined ? STRING : onWire(type.type.body)
    case 'list':
    case 'tuple':
      return LINES
    case 'text':
      return textOnWire(type)
    default:
      return STRING
  }
}

function textOnWire(type: Extract<TypeNode, { kind: 'text' }>): TypeNode {
  const { text } = type
  if (type === UNKNOWN) return LINES
  if (type === UNDEFINED || text === 'string' || text.startsWith("'")) return type
  if (text === 'number') return textType('`${number}`')
  if (text === 'boolean') return textType("'true' | 'false'")
  return /^-?\d|^true$|^false$/.test(text) ? textType(`'${text}'`) : STRING
}
