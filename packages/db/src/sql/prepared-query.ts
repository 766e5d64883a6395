// On the request path: queries that are compiled once, with values by name.
import type { Compilable, CompiledQuery, Expression } from 'kysely'
import { StatementCache, type DriverValue } from '../adapter/index.ts'
import { QueryError } from '../errors.ts'
import { ParameterSlot } from './encode-input.ts'
import { loadKysely } from './load-kysely.ts'

/** How many variants of a query are kept: one for each set of optional values, by the orders in which they are said. */
const MOST_VARIANTS = 200

/** Names of values that a run may omit. */
export type OptionalNames<P extends object> = {
  [N in keyof P & string]-?: {} extends Pick<P, N> ? N : never
}[keyof P & string]

/** Names the parameters of a prepared query: `(k, param: QueryParameters<{ status: string }>) => …`. */
export interface QueryParameters<P extends object> {
  /** Stands for the value of each run. */
  <N extends keyof P & string>(name: N): Expression<Exclude<P[N], undefined>>
  /** Whether the run says a value that is optional: `.$if(param.has('status'), (query) => query.where('status', '=', param('status')))`. */
  has(name: OptionalNames<P>): boolean
}

/** A query with the values of a run. */
export interface PreparedRun {
  readonly compiled: CompiledQuery
  readonly values: readonly DriverValue[]
}

interface Variant {
  readonly compiled: CompiledQuery
  readonly names: ReadonlySet<unknown>
}

/** Writes a query by the parameters of a run. */
type Make = (param: QueryParameters<never>) => Compilable

/** A query that is compiled once, or once for each set of its optional values. */
export class PreparedQuery {
  readonly #make: Make
  readonly #variants = new StatementCache<Variant>(MOST_VARIANTS)
  /** The sole one, where the query does not ask what is said. */
  #only: Variant | undefined

  constructor(make: Make) {
    this.#make = make
  }

  /** @throws {QueryError} for a value that is missing or undefined, and one that the query has no parameter for */
  with(values: object): PreparedRun {
    const { compiled, names } = this.#only ?? this.#variantFor(values)
    assertValues(values, names)
    return { compiled, values: compiled.parameters.map((parameter) => valueOf(parameter, values)) }
  }

  #variantFor(values: object): Variant {
    const names = Object.keys(values)
    const written = names.join()
    const known = this.#variants.get(written)
    if (known !== undefined) return known
    const sorted = names.toSorted().join()
    const variant = this.#variants.get(sorted) ?? this.#compile(values)
    if (variant !== this.#only) for (const key of [sorted, written]) this.#variants.set(key, variant)
    return variant
  }

  #compile(values: object): Variant {
    let isAsked = false
    const has = (name: string): boolean => {
      isAsked = true
      return Object.hasOwn(values, name)
    }
    const compiled = this.#make(Object.assign((name: string) => slotOf(name), { has })).compile()
    const slots = compiled.parameters.filter((parameter) => parameter instanceof ParameterSlot)
    const made = { compiled, names: new Set(slots.map((slot) => slot.key)) }
    // A name that there is not must not take the place of a variant.
    assertValues(values, made.names)
    if (!isAsked) this.#only = made
    return made
  }
}

function slotOf(name: string): Expression<never> {
  const node = loadKysely().ValueNode.create(new ParameterSlot(name))
  return { expressionType: undefined, toOperationNode: () => node }
}

function assertValues(values: object, names: ReadonlySet<unknown>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined)
      throw new QueryError({
        message: `'${name}' is undefined in the values of a prepared query. Omit it where it is optional; for null write null.`,
      })
    if (!names.has(name))
      throw new QueryError({
        message: `The prepared query has no parameter '${name}'. Omit its value, or write param('${name}') where it belongs.`,
      })
  }
}

function valueOf(parameter: unknown, values: object): DriverValue {
  if (!(parameter instanceof ParameterSlot)) return parameter as DriverValue
  const { key, encode } = parameter
  if (!Object.hasOwn(values, key))
    throw new QueryError({
      message: `The prepared query needs a value for '${key}'. Give one, or write what it is needed for in .$if(param.has('${key}'), …).`,
    })
  return encode((values as Readonly<Record<string, unknown>>)[key]) as DriverValue
}
