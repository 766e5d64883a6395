// On the request path: the text of a query of Kysely, written once for all that differ in their values alone.
import type { CompiledQuery, QueryCompiler, QueryId, RootOperationNode } from 'kysely'
import type { Readings } from './decode.ts'
import { ParameterSlot, type Encoded } from './encode-input.ts'
import type { KyselyNames } from './kysely-names.ts'
import { QueryShapes, withSlots } from './query-shapes.ts'

/** A query as Kysely has it, with what it does not know. */
export interface PlannedQuery extends CompiledQuery {
  readonly '~readings': Readings | undefined
}

/** What queries of one shape have in common. */
interface Plan {
  readonly sql: string
  /** A slot for each value that the query has; others were made of its text. */
  readonly parameters: readonly Encoded[]
  readonly readings: Readings | undefined
}

/**
 * Writes queries in the names of the database by a compiler of Kysely. Kysely asks for it once a query is whole: what it is put together of has
 * the names and values of the code until then.
 */
export class PlannedCompiler implements QueryCompiler {
  readonly #names: KyselyNames
  readonly #compiler: QueryCompiler
  readonly #plans = new QueryShapes<Plan>()

  constructor(names: KyselyNames, compiler: QueryCompiler) {
    this.#names = names
    this.#compiler = compiler
  }

  compileQuery(query: RootOperationNode, queryId: QueryId): PlannedQuery {
    const values: unknown[] = []
    const place = this.#plans.placeOf(query, values)
    const { sql, parameters, readings } = (place.kept ??= this.#planOf(query, queryId))
    const encoded = parameters.map((one) =>
      one instanceof ParameterSlot ? one.encode(values[one.key as number]) : one,
    )
    return { query, queryId, sql, parameters: encoded, '~readings': readings }
  }

  #planOf(query: RootOperationNode, queryId: QueryId): Plan {
    const { node, readings } = this.#names.write(withSlots(query), queryId)
    const { sql, parameters } = this.#compiler.compileQuery(node, queryId)
    return { sql, parameters: parameters as readonly Encoded[], readings }
  }
}

/** How the result of a query is read, where it has more than columns of tables. */
export function readingsOf(query: CompiledQuery): Readings | undefined {
  return (query as Partial<PlannedQuery>)['~readings']
}
