import { tokenConstant } from './token.ts'

/** What is wrong with a service itself, before it is known where it is needed. */
export interface Fault {
  readonly code: string
  /** A sentence without its full stop; the chain of needs follows it in brackets. */
  readonly message: string
  readonly remedy: string
}

/** A constructor's parameters, as far as they are known. */
export interface Signature {
  /** From the source text; none if there is no text. */
  readonly names: readonly string[]
  /** How many must be passed. */
  readonly count: number
}

/** The constructor's parameters for a message: `(database, clock)`. */
export function signatureText({ names, count }: Signature): string {
  const known =
    names.length > 0 ? names : Array.from({ length: count }, (_, index) => `parameter ${index + 1}`)
  return `(${known.join(', ')})`
}

/** A parameter's name as the constant that may stand for it; `TOKEN` where the name says nothing. */
export function constantOf(name: string | undefined): string {
  const words = name?.replace(/^[_$]+/, '') ?? ''
  return /^\p{L}/u.test(words) ? tokenConstant(Symbol(words)) : 'TOKEN'
}

function constants({ names, count }: Signature): string {
  const length = Math.max(names.length, count)
  return Array.from({ length }, (_, index) => constantOf(names[index])).join(', ')
}

/** The line that declares a class's needs. */
export function injectLine(signature: Signature): string {
  return `\`static inject = [${constants(signature)}] as const\``
}

/** A class with constructor parameters which says nothing of what they are; `base` if it inherits them. */
export function undeclaredFault(name: string, signature: Signature, base: string | undefined): Fault {
  const inherited = base === undefined ? '' : `, inherited from ${base},`
  return {
    code: 'ERR_CORE_DI_UNDECLARED',
    message: `The constructor of ${name}${inherited} takes ${signatureText(signature)} and nothing says what to pass`,
    remedy: `Add ${injectLine(signature)} to ${name} (tokens or classes, in the order of the parameters), or decorate it with \`@injectable()\`.`,
  }
}

/** The list that {@link injectLengthFault} is about. */
export interface InjectList {
  readonly length: number
  /** Whether it is the base's: TypeScript refuses a static that differs from the base's. */
  readonly isInherited: boolean
}

/** `static inject` holds fewer or more entries than the constructor takes. */
export function injectLengthFault(name: string, list: InjectList, signature: Signature): Fault {
  const taken = Math.max(signature.count, signature.names.length)
  return {
    code: 'ERR_CORE_DI_INJECT_LENGTH',
    message: `static inject of ${name} lists ${list.length}, its constructor takes ${taken === 0 ? 'none' : `${taken}, ${signatureText(signature)}`}`,
    remedy: lengthRemedy(name, list, signature),
  }
}

function lengthRemedy(name: string, list: InjectList, signature: Signature): string {
  if (list.isInherited) {
    return `The list is the one of its base. Add \`bind(${name}, { needs: [${constants(signature)}], make: (...needs) => new ${name}(...needs) })\`.`
  }
  return signature.names.length === 0 && signature.count === 0
    ? `Remove \`static inject\` from ${name}, or give its constructor the parameters.`
    : `Write one entry for each parameter, in their order: ${injectLine(signature)}.`
}

/** `static inject` is something else than a list. */
export function injectNotListFault(name: string, value: unknown): Fault {
  return {
    code: 'ERR_CORE_DI_INVALID_NEED',
    message: `static inject of ${name} is ${describeValue(value)}, not a list`,
    remedy: `Write it as a list: \`static inject = [TOKEN] as const\`.`,
  }
}

/** An entry of `static inject`, `needs` or `@inject` is neither token nor class. */
export function invalidNeedFault(owner: string, entry: string, value: unknown): Fault {
  const message = `${entry} of ${owner} is ${describeValue(value)}, neither a token nor a class`
  const code = 'ERR_CORE_DI_INVALID_NEED'
  if (value === undefined || isLazy(value)) {
    const remedy = `It was not yet defined when ${owner} was: break the import cycle, move it further up, or name it as \`lazy(() => X)\`.`
    return { code, message, remedy }
  }
  const remedy =
    typeof value === 'string'
      ? `Make a token once, \`const ${constantOf(value)} = token<…>('${value}')\`, and name that.`
      : `Name a class, or a token made with \`token<T>('name')\`.`
  return { code, message, remedy }
}

function isLazy(value: unknown): boolean {
  return typeof value === 'object' && value !== null && '~need' in value
}

/** What is asked for is neither token nor class, `undefined` for example. */
export function targetFault(target: unknown): Fault {
  return {
    code: 'ERR_CORE_DI_INVALID_NEED',
    message: `What is asked for is ${describeValue(target)}, neither a token nor a class`,
    remedy:
      "Name a class, or a token made with `token<T>('name')`; if it is undefined, break the import cycle.",
  }
}

/** A scope that is none of the three. */
export function scopeFault(owner: string, value: unknown): Fault {
  return {
    code: 'ERR_CORE_DI_SCOPE',
    message: `The scope of ${owner} is ${describeValue(value)}`,
    remedy: "Write 'singleton', 'request' or 'transient'.",
  }
}

/** A service of a request, or a transient one, with a start: nobody would call it. */
export function unstartedFault(owner: string, scope: string): Fault {
  return {
    code: 'ERR_CORE_DI_SCOPE',
    message: `${owner} has onStart, which is called when the app starts, and its scope is '${scope}', so that none is there then`,
    remedy: `Make ${owner} a singleton, move onStart into a singleton that it needs, or remove it.`,
  }
}

/** A binding that says nothing, or two things. */
export function bindingFault(owner: string, kinds: readonly string[]): Fault {
  return {
    code: 'ERR_CORE_DI_INVALID_PROVIDER',
    message:
      kinds.length === 0
        ? `The binding of ${owner} says nothing`
        : `The binding of ${owner} says ${kinds.join(' and ')}`,
    remedy: `Write exactly one of \`value\`, \`class\`, \`make\` and \`alias\`.`,
  }
}

const PARTS = {
  alias: 'a token or a class',
  class: 'a class',
  make: 'a function',
  needs: 'a list of tokens and classes',
} as const

/** A part of a binding is of the wrong kind. */
export function bindingPartFault(owner: string, part: keyof typeof PARTS, value: unknown): Fault {
  const kind = typeof value === 'string' ? 'a string' : describeValue(value)
  return {
    code: 'ERR_CORE_DI_INVALID_PROVIDER',
    message: `\`${part}\` in the binding of ${owner} is ${kind}`,
    remedy: `Give it ${PARTS[part]}.`,
  }
}

/** A value as a message may show it; never the contents of an object, which may be secret. */
function describeValue(value: unknown): string {
  if (typeof value === 'string') return `'${value.length > 40 ? `${value.slice(0, 40)}…` : value}'`
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`
  if (isLazy(value)) return `${(value as { '~need': string })['~need']}() of undefined`
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  return String(value)
}
