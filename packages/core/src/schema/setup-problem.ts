import { SetupError, toPlaceText, type PlaceText, type SetupProblem } from '../errors/index.ts'

/** What is wrong with a schema, and what to write instead. */
export interface SchemaProblem extends Pick<SetupProblem, 'message' | 'remedy'> {
  /** Default: `ERR_CORE_SCHEMA_INVALID`. */
  readonly code?: string
}

/** Collects the problems of one schema, and throws them all at once. */
export class Problems {
  readonly #place: PlaceText
  readonly #found: SetupProblem[] = []

  /** @param place - what the schema belongs to, in terms of the user: `route orders.show (GET /orders/:id), query` */
  constructor(place: PlaceText) {
    this.#place = place
  }

  get found(): readonly SetupProblem[] {
    return this.#found
  }

  /**
   * @param at - path in the data of the schema, `lines[].price`; `''` is the whole schema
   */
  add(at: string, problem: SchemaProblem): void {
    const place = toPlaceText(this.#place)
    this.#found.push({
      code: 'ERR_CORE_SCHEMA_INVALID',
      ...problem,
      place: at === '' ? place : `${place}, ${at}`,
    })
  }

  /** @throws {SetupError} with this problem and all that were added before */
  refuse(at: string, problem: SchemaProblem): never {
    this.add(at, problem)
    throw new SetupError(this.#found)
  }

  /** @throws {SetupError} when anything was added */
  throwIfAny(): void {
    if (this.#found.length > 0) throw new SetupError(this.#found)
  }
}
