import { constantOf, type Fault, injectLine, type Signature, signatureText } from './faults.ts'

/** The constructor parameter that a message is about. */
export interface ParameterPlace {
  /** Name of the class. */
  readonly owner: string
  /** From 1. */
  readonly position: number
  /** From the source text, if there is one. */
  readonly name: string | undefined
}

/** `Parameter 2 (clock)`. */
export function parameterLabel({ position, name }: ParameterPlace): string {
  return `Parameter ${position}${name === undefined ? '' : ` (${name})`}`
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
export function unsupportedParameterFault(place: ParameterPlace, what: keyof typeof UNSUPPORTED): Fault {
  const { because, remedy } = UNSUPPORTED[what]
  const message = `${parameterLabel(place)} of ${place.owner} uses tsyringe's ${what}, ${because}`
  return { code: 'ERR_CORE_DI_INVALID_NEED', message, remedy }
}

/** A decorated class whose compiler emitted no parameter types. */
export function noMetadataFault(name: string, signature: Signature): Fault {
  return {
    code: 'ERR_CORE_DI_METADATA',
    message: `${name} is decorated, but its constructor ${signatureText(signature)} left no types: esbuild, tsx and Node's type stripping emit none`,
    remedy: `Add ${injectLine(signature)} to ${name}, put \`@inject(…)\` before each parameter, or compile with tsc or swc and \`emitDecoratorMetadata\`.`,
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
const PRIMITIVE = { because: 'a primitive type says nothing of which value is meant', also: '' }

/** A parameter whose emitted type nothing can be looked up by. */
export function untypedParameterFault(place: ParameterPlace, type: Function): Fault {
  const known = UNTYPED[type.name] ?? PRIMITIVE
  const constant = constantOf(place.name)
  return {
    code: 'ERR_CORE_DI_METADATA',
    message: `${parameterLabel(place)} of ${place.owner} has the type ${type.name} at run time: ${known.because}`,
    remedy: `Put \`@inject(${constant})\` before it, where ${constant} is a token or class.${known.also}`,
  }
}

/** A parameter whose class was not there yet when the decorator ran. */
export function circularTypeFault(place: ParameterPlace): Fault {
  return {
    code: 'ERR_CORE_DI_METADATA',
    message: `${parameterLabel(place)} of ${place.owner} had no type yet when ${place.owner} was decorated: its class stands further down in the file, or in a circle of imports`,
    remedy: `Move it above ${place.owner}, break the import cycle, or put \`@inject(${constantOf(place.name)})\` with a token before the parameter.`,
  }
}
