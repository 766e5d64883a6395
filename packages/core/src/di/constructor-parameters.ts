import { isNativeClass } from './needs.ts'

/** What a class's source text says of its constructor. */
export interface ConstructorText {
  /** Parameter names in order; a destructured one is `{…}`. Minified code has short names. */
  readonly names: readonly string[]
  /** Whether further arguments may make sense: a default value or a rest parameter, which `length` does not count. */
  readonly isOpenEnded: boolean
  /** Whether the class is a plain function, as old compilers write classes. */
  readonly isFunction: boolean
}

const LITERALS = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g
const OPENING = '([{'
const CLOSING = ')]}'

/**
 * Reads the constructor that a class itself declares out of its source text. Only `length` is certain at run time: it
 * neither gives names nor tells an inherited constructor from an empty one, which the messages need.
 *
 * @returns `undefined` if the class declares none, or if there is no text (native and bound functions)
 */
export function readConstructor(target: Function): ConstructorText | undefined {
  if (isNativeClass(target)) return undefined
  const text = Function.prototype.toString.call(target).replaceAll(LITERALS, '""')
  const isFunction = !/^class\b/.test(text)
  const start = isFunction ? text.indexOf('(') : findConstructor(text)
  if (start < 0) return undefined
  const parameters = splitParameters(text, start)
  return {
    names: parameters.map(parameterName),
    isOpenEnded: parameters.some(
      (parameter) => parameter.startsWith('...') || /[^=!<>]=[^=>]/.test(parameter),
    ),
    isFunction,
  }
}

/** Position of the constructor's opening parenthesis, which stands one brace deep. */
function findConstructor(text: string): number {
  const words = /[{}]|(?<![.\w$#])constructor\s*(?=\()/g
  let depth = 0
  for (let match = words.exec(text); match !== null; match = words.exec(text)) {
    if (match[0] === '{') depth++
    else if (match[0] === '}') depth--
    else if (depth === 1) return words.lastIndex
  }
  return -1
}

function splitParameters(text: string, start: number): string[] {
  const parameters: string[] = []
  let depth = 0
  let from = start + 1
  for (let at = start; at < text.length; at++) {
    const char = text[at]!
    if (OPENING.includes(char)) depth++
    else if (CLOSING.includes(char)) depth--
    const isEnd = depth === 0
    if (isEnd || (depth === 1 && char === ',')) {
      parameters.push(text.slice(from, at).trim())
      from = at + 1
    }
    if (isEnd) break
  }
  return parameters.filter((parameter) => parameter !== '')
}

function parameterName(parameter: string): string {
  return /^(?:\.\.\.)?([\p{L}_$][\p{L}\p{N}_$]*)/u.exec(parameter)?.[1] ?? '{…}'
}
