import { SetupError, toPlaceText, type PlaceText, type SetupProblem } from '../errors/index.ts'

/** What is wrong with a schema, and what to write instead. */
export interface SchemaProblem extends Pick<SetupProblem, 'message' | 'remedy'> {
  /** Default: `ERR_CORE_SCHEMA_INVALID`. */
  readonly code?: string
}

/** Collects the problems of one schema, and throws them all at once. */
export class Problems {
  readonly #place: PlaceText
  readonly #title: string | undefined
  readonly #found: SetupProblem[] = []

  /**
   * @param place - what the schema belongs to, in terms of the user: `route orders.show (GET /orders/:id), query`
   * @param title - of the error; by default that of an app
   */
  constructor(place: PlaceText, title?: string) {
    this.#place = place
    this.#title = title
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
    throw new SetupError(this.#found, undefined, this.#title)
  }

  /** @throws {SetupError} when anything was added */
  throwIfAny(): void {
    if (this.#found.length > 0) throw new SetupError(this.#found, undefined, this.#title)
  }
}
