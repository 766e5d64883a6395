/**
 * What was made of schemas, by the schema and what it was made for. One schema often stands at many places of an app: it is
 * then checked, derived and compiled once. A schema that somebody changes afterwards is not looked at again.
 */
export class OncePerSchema<T> {
  readonly #made = new WeakMap<object, Map<string, T>>()

  /**
   * @param purpose - what besides the schema decides about the result
   * @param make - what it throws is thrown, and nothing is kept: what is wrong is told with the place where the schema stands
   */
  get(schema: object, purpose: string, make: () => T): T {
    let made = this.#made.get(schema)
    if (made === undefined) this.#made.set(schema, (made = new Map()))
    let one = made.get(purpose)
    if (one === undefined) made.set(purpose, (one = make()))
    return one
  }
}
