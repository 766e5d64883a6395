import { SetupError, toPlaceText, type PlaceText, type SetupProblem } from '../errors/index.ts'

/** Collects what is wrong with one schema of the set-up, and throws it all at once. */
export class Problems {
  readonly #place: PlaceText
  readonly #found: SetupProblem[] = []

  /** @param place - what the schema belongs to, as the user knows it: `route orders.show (GET /orders/:id), query` */
  constructor(place: PlaceText) {
    this.#place = place
  }

  get found(): readonly SetupProblem[] {
    return this.#found
  }

  /**
   * @param at - path within the schema as the data has it, `lines[].price`; `''` is the whole
   * @param problem - what is wrong, and the remedy
   */
  add(at: string, problem: Omit<SetupProblem, 'place'>): void {
    const place = toPlaceText(this.#place)
    this.#found.push({ ...problem, place: at === '' ? place : `${place}, ${at}` })
  }

  /** @throws {SetupError} with this and whatever was added before */
  refuse(at: string, problem: Omit<SetupProblem, 'place'>): never {
    this.add(at, problem)
    throw new SetupError(this.#found)
  }

  /** @throws {SetupError} when anything was added */
  throwIfAny(): void {
    if (this.#found.length > 0) throw new SetupError(this.#found)
  }
}
