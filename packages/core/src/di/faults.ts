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

/** The constructor parameter that a message is about. */
export interface ParameterPlace {
  /** Name of the class. */
  readonly owner: string
  /** From 1. */
  readonly position: number
  /** From the source text, if there is one. */
  readonly name: string | undefined
}

/** The list that does not fit its constructor. */
export interface InjectList {
  readonly length: number
  /** Whether it is the base's: TypeScript refuses a static that differs from the base's. */
  readonly isInherited: boolean
}

const NAME_ONE = "Name a class, or a token made with `token<T>('name')`"

/** What can be wrong with a service, in words. */
export const FAULTS = {
  /** A class with constructor parameters which says nothing of what they are; `base` if it inherits them. */
  undeclared: (name: string, signature: Signature, base: string | undefined) =>
    fault(
      'ERR_CORE_DI_UNDECLARED',
      `The constructor of ${name}${base === undefined ? '' : `, inherited from ${base},`} takes ${signatureText(signature)} and nothing says what to pass`,
      `Add ${injectLine(signature)} to ${name} (tokens or classes, in the order of the parameters), or decorate it with \`@injectable()\`.`,
    ),
  /** `static inject` holds fewer or more entries than the constructor takes. */
  injectLength: (name: string, list: InjectList, signature: Signature) => {
    const taken = Math.max(signature.count, signature.names.length)
    return fault(
      'ERR_CORE_DI_INJECT_LENGTH',
      `static inject of ${name} lists ${list.length}, its constructor takes ${taken === 0 ? 'none' : `${taken}, ${signatureText(signature)}`}`,
      list.isInherited
        ? `The list is the one of its base. Add \`bind(${name}, { needs: [${constants(signature)}], make: (...needs) => new ${name}(...needs) })\`.`
        : taken === 0
          ? `Remove \`static inject\` from ${name}, or give its constructor the parameters.`
          : `Write one entry for each parameter, in their order: ${injectLine(signature)}.`,
    )
  },
  injectNotList: (name: string, value: unknown) =>
    fault(
      'ERR_CORE_DI_INVALID_NEED',
      `static inject of ${name} is ${describeValue(value)}, not a list`,
      'Write it as a list: `static inject = [TOKEN] as const`.',
    ),
  /** An entry of `static inject`, `needs` or `@inject` is neither token nor class. */
  invalidNeed: (owner: string, entry: string, value: unknown) =>
    fault(
      'ERR_CORE_DI_INVALID_NEED',
      `${entry} of ${owner} is ${describeValue(value)}, neither a token nor a class`,
      value === undefined || isNeedObject(value)
        ? `It was not yet defined when ${owner} was: break the import cycle, move it further up, or name it as \`lazy(() => X)\`.`
        : typeof value === 'string'
          ? `Make a token once, \`const ${constantOf(value)} = token<…>('${value}')\`, and name that.`
          : `${NAME_ONE}.`,
    ),
  /** What is asked for is neither token nor class, `undefined` for example. */
  target: (target: unknown) =>
    fault(
      'ERR_CORE_DI_INVALID_NEED',
      `What is asked for is ${describeValue(target)}, neither a token nor a class`,
      `${NAME_ONE}; if it is undefined, break the import cycle.`,
    ),
  scope: (owner: string, value: unknown) =>
    fault(
      'ERR_CORE_DI_SCOPE',
      `The scope of ${owner} is ${describeValue(value)}`,
      "Write 'singleton', 'request' or 'transient'.",
    ),
  /** A service of a request, or a transient one, with a start: nobody would call it. */
  unstarted: (owner: string, scope: string) =>
    fault(
      'ERR_CORE_DI_SCOPE',
      `${owner} has onStart, which is called when the app starts, and its scope is '${scope}', so that none is there then`,
      `Make ${owner} a singleton, move onStart into a singleton that it needs, or remove it.`,
    ),
  /** A binding that says nothing, or two things. */
  binding: (owner: string, kinds: readonly string[]) =>
    fault(
      'ERR_CORE_DI_INVALID_PROVIDER',
      `The binding of ${owner} says ${kinds.join(' and ') || 'nothing'}`,
      'Write exactly one of `value`, `class`, `make` and `alias`.',
    ),
  /** A part of a binding is of the wrong kind. */
  bindingPart: (owner: string, part: keyof typeof BINDING_PARTS, value: unknown) =>
    fault(
      'ERR_CORE_DI_INVALID_PROVIDER',
      `\`${part}\` in the binding of ${owner} is ${typeof value === 'string' ? 'a string' : describeValue(value)}`,
      `Give it ${BINDING_PARTS[part]}.`,
    ),
  /** `@inject` asks for something of tsyringe's that the graph cannot check. */
  unsupportedParameter: (place: ParameterPlace, what: keyof typeof UNSUPPORTED) =>
    fault(
      'ERR_CORE_DI_INVALID_NEED',
      `${parameterLabel(place)} of ${place.owner} uses tsyringe's ${what}, ${UNSUPPORTED[what].because}`,
      UNSUPPORTED[what].remedy,
    ),
  /** A decorated class whose compiler emitted no parameter types. */
  noMetadata: (name: string, signature: Signature) =>
    fault(
      'ERR_CORE_DI_METADATA',
      `${name} is decorated, but its constructor ${signatureText(signature)} left no types: esbuild, tsx and Node's type stripping emit none`,
      `Add ${injectLine(signature)} to ${name}, put \`@inject(…)\` before each parameter, or compile with tsc or swc and \`emitDecoratorMetadata\`.`,
    ),
  /** A parameter whose emitted type nothing can be looked up by. */
  untypedParameter: (place: ParameterPlace, type: Function) => {
    const { because, also = '' } = UNTYPED[type.name] ?? PRIMITIVE
    const constant = constantOf(place.name)
    return fault(
      'ERR_CORE_DI_METADATA',
      `${parameterLabel(place)} of ${place.owner} has the type ${type.name} at run time: ${because}`,
      `Put \`@inject(${constant})\` before it, where ${constant} is a token or class.${also}`,
    )
  },
  /** A parameter whose class was not there yet when the decorator ran. */
  circularType: (place: ParameterPlace) =>
    fault(
      'ERR_CORE_DI_METADATA',
      `${parameterLabel(place)} of ${place.owner} had no type yet when ${place.owner} was decorated: its class stands further down in the file, or in a circle of imports`,
      `Move it above ${place.owner}, break the import cycle, or put \`@inject(${constantOf(place.name)})\` with a token before the parameter.`,
    ),
} as const

const BINDING_PARTS = {
  alias: 'a token or a class',
  class: 'a class',
  make: 'a function',
  needs: 'a list of tokens and classes',
} as const

const UNSUPPORTED = {
  delay: {
    because: 'whose stand-in objects break private fields and hide circles of needs',
    remedy: 'Write `@inject(lazy(() => X))` and take a function that gives X.',
  },
  injectAll: {
    because: 'which collects whatever happens to be registered',
    remedy:
      'Bind a token to the list, `bind(ALL, { needs: [A, B], make: (a, b) => [a, b] })`, and write `@inject(ALL)`.',
  },
  injectWithTransform: {
    because: 'whose result cannot be known without constructing',
    remedy:
      'Bind a token to the result, `bind(RESULT, { needs: [X], make: (x) => … })`, and write `@inject(RESULT)`.',
  },
} as const

interface Untyped {
  readonly because: string
  readonly also?: string
}
const UNTYPED: { readonly [type: string]: Untyped } = {
  Object: {
    because:
      'that is all that is left of an interface, a nullable class, a union, a class imported as a type only, or one not defined yet (an import cycle, or further down in the file)',
    also: ' If it is a class: import it without `type`, and before it is used.',
  },
  Function: {
    because: 'its class is imported as a type only, or it is a function type',
    also: ' If it is a class, import it without `type`.',
  },
  Array: { because: 'an array type says nothing of what is in it' },
}
const PRIMITIVE: Untyped = { because: 'a primitive type says nothing of which value is meant' }

function fault(code: string, message: string, remedy: string): Fault {
  return { code, message, remedy }
}

/** `Parameter 2 (clock)`. */
export function parameterLabel({ position, name }: ParameterPlace): string {
  return `Parameter ${position}${name === undefined ? '' : ` (${name})`}`
}

/** The constructor's parameters for a message: `(database, clock)`. */
function signatureText({ names, count }: Signature): string {
  const known =
    names.length > 0 ? names : Array.from({ length: count }, (_, index) => `parameter ${index + 1}`)
  return `(${known.join(', ')})`
}

/** The line that declares a class's needs. */
function injectLine(signature: Signature): string {
  return `\`static inject = [${constants(signature)}] as const\``
}

function constants({ names, count }: Signature): string {
  const length = Math.max(names.length, count)
  return Array.from({ length }, (_, index) => constantOf(names[index])).join(', ')
}

/** A parameter's name as the constant that may stand for it; `TOKEN` where the name says nothing. */
function constantOf(name: string | undefined): string {
  const words = name?.replace(/^[_$]+/, '') ?? ''
  return /^\p{L}/u.test(words) ? tokenConstant(Symbol(words)) : 'TOKEN'
}

function isNeedObject(value: unknown): value is { readonly '~need': string } {
  return typeof value === 'object' && value !== null && '~need' in value
}

/** A value as a message may show it; never the contents of an object, which may be secret. */
function describeValue(value: unknown): string {
  if (typeof value === 'string') return `'${value.length > 40 ? `${value.slice(0, 40)}…` : value}'`
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`
  if (isNeedObject(value)) return `${value['~need']}() of undefined`
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  return String(value)
}
