import { tokenConstant } from './token.ts'

/** What is wrong with a service itself, before it is known where it is needed. */
export interface Fault {
  readonly code: string
  /** A sentence without its full stop; the chain of needs follows it in brackets. */
  readonly message: string
  readonly remedy: string
}

/** The constructor's parameters for a message: `(database, clock)`. */
function signature(names: readonly string[], count: number): string {
  const known =
    names.length > 0 ? names : Array.from({ length: count }, (_, index) => `parameter ${index + 1}`)
  return `(${known.join(', ')})`
}

/** A parameter's name as the constant that may stand for it; `TOKEN` where the name says nothing. */
export function constantOf(name: string | undefined): string {
  const words = name?.replace(/^[_$]+/, '') ?? ''
  return /^\p{L}/u.test(words) ? tokenConstant(Symbol(words)) : 'TOKEN'
}

/** The line that declares a class's needs. */
function injectLine(names: readonly string[], count: number): string {
  const entries = Array.from({ length: Math.max(names.length, count) }, (_, index) =>
    constantOf(names[index]),
  )
  return `\`static inject = [${entries.join(', ')}] as const\``
}

/** A class with constructor parameters which says nothing of what they are. */
export function undeclaredFault(name: string, names: readonly string[], count: number, base?: string): Fault {
  const inherited = base === undefined ? '' : `, inherited from ${base},`
  return {
    code: 'ERR_CORE_DI_UNDECLARED',
    message: `The constructor of ${name}${inherited} takes ${signature(names, count)} and nothing says what to pass`,
    remedy: `Add ${injectLine(names, count)} to ${name} (tokens or classes, in the order of the parameters), or decorate it with \`@injectable()\`.`,
  }
}

/** What {@link injectLengthFault} is about. */
export interface LengthMismatch {
  readonly given: number
  readonly names: readonly string[]
  readonly count: number
  /** Whether the list is the base's: TypeScript refuses a static that differs from the base's. */
  readonly isInherited: boolean
}

/** `static inject` holds fewer or more entries than the constructor takes. */
export function injectLengthFault(name: string, { given, names, count, isInherited }: LengthMismatch): Fault {
  const taken = Math.max(count, names.length)
  return {
    code: 'ERR_CORE_DI_INJECT_LENGTH',
    message: `static inject of ${name} lists ${given}, its constructor takes ${taken === 0 ? 'none' : `${taken}, ${signature(names, count)}`}`,
    remedy: isInherited ? bindRemedy(name, names, count) : lengthRemedy(name, names, count),
  }
}

function lengthRemedy(name: string, names: readonly string[], count: number): string {
  return names.length === 0 && count === 0
    ? `Remove \`static inject\` from ${name}, or give its constructor the parameters.`
    : `Write one entry for each parameter, in their order: ${injectLine(names, count)}.`
}

function bindRemedy(name: string, names: readonly string[], count: number): string {
  const entries = Array.from({ length: Math.max(names.length, count) }, (_, index) =>
    constantOf(names[index]),
  )
  return `The list is the one of its base. Add \`bind(${name}, { needs: [${entries.join(', ')}], make: (...needs) => new ${name}(...needs) })\`.`
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

/** `@inject` asks for something of tsyringe's that the graph cannot check. */
export function unsupportedParameterFault(
  owner: string,
  parameter: string,
  what: keyof typeof UNSUPPORTED,
): Fault {
  const { because, remedy } = UNSUPPORTED[what]
  const message = `${parameter} of ${owner} uses tsyringe's ${what}, ${because}`
  return { code: 'ERR_CORE_DI_INVALID_NEED', message, remedy }
}

/** A decorated class whose compiler emitted no parameter types. */
export function noMetadataFault(name: string, names: readonly string[], count: number): Fault {
  return {
    code: 'ERR_CORE_DI_METADATA',
    message: `${name} is decorated, but its constructor ${signature(names, count)} left no types: esbuild, tsx and Node's type stripping emit none`,
    remedy: `Add ${injectLine(names, count)} to ${name}, put \`@inject(…)\` before each parameter, or compile with tsc or swc and \`emitDecoratorMetadata\`.`,
  }
}

const UNTYPED: { readonly [type: string]: { readonly because: string; readonly also: string } } = {
  Object: {
    because:
      'that is all that is left of an interface, a nullable class, a union, a class imported as a type only, or one not defined yet (an import cycle, or further down in the file)',
    also: ' If it is a class: import it without `type`, and before it is used.',
  },
  Function: {
    because: 'its class is imported as a type only, or it is a function type',
    also: ' If it is a class, import it without `type`.',
  },
  Array: { because: 'an array type says nothing of what is in it', also: '' },
}

/** A parameter whose emitted type nothing can be looked up by. */
export function untypedParameterFault(
  owner: string,
  parameter: string,
  parameterName: string | undefined,
  type: Function,
): Fault {
  const known = UNTYPED[type.name] ?? {
    because: 'a primitive type says nothing of which value is meant',
    also: '',
  }
  const constant = constantOf(parameterName)
  return {
    code: 'ERR_CORE_DI_METADATA',
    message: `${parameter} of ${owner} has the type ${type.name} at run time: ${known.because}`,
    remedy: `Put \`@inject(${constant})\` before it, where ${constant} is a token or class.${known.also}`,
  }
}

/** A parameter whose class was not there yet when the decorator ran. */
export function circularTypeFault(
  owner: string,
  parameter: string,
  parameterName: string | undefined,
): Fault {
  return {
    code: 'ERR_CORE_DI_METADATA',
    message: `The type of ${parameter} of ${owner} was undefined when ${owner} was decorated: it stands further down in the file, or in a circle of imports`,
    remedy: `Move it above ${owner}, break the import cycle, or put \`@inject(${constantOf(parameterName)})\` with a token before the parameter.`,
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

/** A binding that says nothing, or two things. */
export function bindingFault(owner: string, kinds: readonly string[]): Fault {
  return {
    code: 'ERR_CORE_DI_INVALID_PROVIDER',
    message:
      kinds.length === 0
        ? `The binding of ${owner} says nothing`
        : `The binding of ${owner} says ${kinds.join(' and ')}`,
    remedy: `Write exactly one of \`value\`, \`class\`, \`make\`, \`alias\` and \`provided\`.`,
  }
}

/** A part of a binding is of the wrong kind. */
export function bindingPartFault(owner: string, part: string, value: unknown, wanted: string): Fault {
  return {
    code: 'ERR_CORE_DI_INVALID_PROVIDER',
    message: `\`${part}\` in the binding of ${owner} is ${describeValue(value)}`,
    remedy: `Give it ${wanted}.`,
  }
}

/** A value as a message may show it; never the contents of an object, which may be secret. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return `'${value.length > 40 ? `${value.slice(0, 40)}…` : value}'`
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`
  if (isLazy(value)) return `${(value as { '~need': string })['~need']}() of undefined`
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  return String(value)
}
