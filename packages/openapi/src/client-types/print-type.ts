import { quoted, type Member, type NamedType, type ObjectType, type TypeNode } from './type-node.ts'

/** Most columns of a line. */
const WIDTH = 100

type Part<TKind extends TypeNode['kind']> = Extract<TypeNode, { kind: TKind }>

/** Writes types as TypeScript: in one line if it fits, else with a line for each part. */
export class TypePrinter {
  readonly #nameOf: (type: NamedType) => string

  constructor(nameOf: (type: NamedType) => string) {
    this.#nameOf = nameOf
  }

  /** @param level - indentation of its lines; a union begins with a line break */
  print(type: TypeNode, level = 0): string {
    const line = this.#line(type)
    if (line !== undefined && level * 2 + line.length <= WIDTH) return line
    switch (type.kind) {
      case 'object':
        return inBlock(
          '{}',
          level,
          membersOf(type).map((one) => this.#member(one, level + 1)),
        )
      case 'any':
        return type.parts.map((one) => `\n${pad(level + 1)}| ${this.#inner(one, type, level + 1)}`).join('')
      case 'all':
        return type.parts.map((one) => this.#inner(one, type, level)).join(' & ')
      case 'list':
        return `${this.#inner(type.item, type, level)}[]`
      case 'tuple':
        return inBlock(
          '[]',
          level,
          withCommas(itemsOf(type).map(([mark, one]) => mark + this.#part(one, level))),
        )
      case 'generic':
        return type.name + inBlock('<>', level, withCommas(type.parts.map((one) => this.#part(one, level))))
      case 'noted':
        return this.print(type.type, level) + noteOf(type)
      default:
        return this.#text(type)
    }
  }

  /** The type in one line; `undefined` if a comment needs lines of its own. */
  #line(type: TypeNode): string | undefined {
    switch (type.kind) {
      case 'object': {
        const members = membersOf(type)
        return members.length === 0
          ? '{}'
          : joined(
              members.map((one) => this.#memberLine(one)),
              '; ',
              ['{ ', ' }'],
            )
      }
      case 'any':
        return this.#lines(type.parts, type, ' | ')
      case 'all':
        return this.#lines(type.parts, type, ' & ')
      case 'list':
        return joined([this.#lines([type.item], type, '')], '', ['', '[]'])
      case 'tuple':
        return joined(
          itemsOf(type).map(([mark, one]) => joined([this.#line(one)], '', [mark, ''])),
          ', ',
          ['[', ']'],
        )
      case 'generic':
        return joined(
          type.parts.map((one) => this.#line(one)),
          ', ',
          [`${type.name}<`, '>'],
        )
      case 'noted':
        return joined([this.#line(type.type)], '', ['', noteOf(type)])
      default:
        return this.#text(type)
    }
  }

  #lines(parts: readonly TypeNode[], outer: TypeNode, by: string): string | undefined {
    const lines = parts.map((one) => {
      const line = this.#line(one)
      return line !== undefined && needsParentheses(one, outer) ? `(${line})` : line
    })
    return joined(lines, by)
  }

  #memberLine(member: Member): string | undefined {
    return member.doc === undefined
      ? joined([this.#line(member.type)], '', [`${keyOf(member)}: `, ''])
      : undefined
  }

  #member(member: Member, level: number): string {
    return toDoc(member.doc, level) + assign(`${keyOf(member)}:`, this.print(member.type, level))
  }

  #inner(type: TypeNode, outer: TypeNode, level: number): string {
    const text = this.print(type, level)
    return needsParentheses(type, outer) ? `(${text})` : text
  }

  /** A part with a line of its own. A union indents its parts itself. */
  #part(type: TypeNode, level: number): string {
    return this.print(type, type.kind === 'any' ? level : level + 1).trimStart()
  }

  #text(type: Part<'text' | 'named'>): string {
    return type.kind === 'named' ? this.#nameOf(type.type) : type.text
  }
}

/** Adds a type after its name. */
export function assign(before: string, type: string): string {
  return type.startsWith('\n') ? before + type : `${before} ${type}`
}

/** A comment on its own lines, and the indentation of the next line. */
export function toDoc(lines: readonly string[] | undefined, level: number): string {
  if (lines === undefined) return ''
  const all = lines.map(toComment)
  if (all.length === 1) return `/** ${all.join('')} */\n${pad(level)}`
  return `/**\n${all.map((one) => `${pad(level)} * ${one}`.trimEnd()).join('\n')}\n${pad(level)} */\n${pad(level)}`
}

function noteOf({ note }: Part<'noted'>): string {
  return ` /* ${toComment(note)} */`
}

/** A text that does not end the comment. */
function toComment(text: string): string {
  return text.replaceAll('*/', String.raw`*\/`)
}

function needsParentheses(type: TypeNode, outer: TypeNode): boolean {
  if (type.kind === 'noted') return needsParentheses(type.type, outer)
  if (outer.kind === 'list') return type.kind === 'any' || type.kind === 'all'
  return outer.kind === 'all' && type.kind === 'any'
}

function joined(
  parts: readonly (string | undefined)[],
  by: string,
  [before, after]: readonly [before: string, after: string] = ['', ''],
): string | undefined {
  return parts.includes(undefined) ? undefined : before + parts.join(by) + after
}

function inBlock(brackets: '{}' | '[]' | '<>', level: number, parts: readonly string[]): string {
  const lines = parts.map((one) => `${pad(level + 1)}${one}\n`)
  return `${brackets[0]}\n${lines.join('')}${pad(level)}${brackets[1]}`
}

function withCommas(parts: readonly string[]): string[] {
  return parts.map((one, at) => (at < parts.length - 1 ? `${one},` : one))
}

function pad(level: number): string {
  return '  '.repeat(level)
}

function membersOf({ members, index }: ObjectType): readonly Member[] {
  return index === undefined ? members : [...members, { name: `[key: ${index.key}]`, type: index.type }]
}

function itemsOf({ items, rest }: Part<'tuple'>): [mark: string, item: TypeNode][] {
  const all = items.map((one): [string, TypeNode] => ['', one])
  return rest === undefined ? all : [...all, ['...', { kind: 'list', item: rest }]]
}

function keyOf({ name, isOptional = false, isReadonly = false }: Member): string {
  const isPlain = /^(?:[A-Za-z_$][\w$]*|0|[1-9]\d{0,8}|\[key: \w+\])$/.test(name)
  return `${isReadonly ? 'readonly ' : ''}${isPlain ? name : quoted(name)}${isOptional ? '?' : ''}`
}
