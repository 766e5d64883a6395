// What the rules of a resource say: of one record, and of a list. Both read the same condition.
import { describeValue } from '@keelson/core/options'
import { all, any, isCondition, verdict, type Condition } from '@keelson/core/conditions'
import { InternalError, type BaseContext } from '@keelson/core'
import type { AnyResource } from './contract.ts'
import { columnsFor, rowTerms } from './row-terms.ts'
import { termsOf, type OnUnfit, type Terms, type Unfit } from './terms.ts'

/** Whom rules know. */
export type Subject = Readonly<Record<string, unknown>>
type Row = Readonly<Record<string, unknown>>

/** The rules of one resource. */
export class RulesOf {
  readonly name: string
  readonly #resource: AnyResource
  readonly #terms: Terms
  /** What the rule that is asked compared a column with, and could not. */
  #unfit: Unfit | undefined = undefined
  readonly #told = new Set<string>()

  constructor(name: string, resource: AnyResource) {
    const tell: OnUnfit = (unfit) => (this.#unfit = unfit)
    this.name = name
    this.#resource = resource
    this.#terms = resource.columns === undefined ? rowTerms(tell) : termsOf(resource.columns, tell)
  }

  /** Names of its actions. */
  get actions(): readonly string[] {
    return Object.keys(this.#resource.actions)
  }

  /** Whether there is a rule for an action; what has none is denied. */
  has(action: string): boolean {
    return Object.hasOwn(this.#resource.actions, action)
  }

  /** Whether the rule of an action looks at the record. */
  looks(action: string): boolean {
    return this.has(action) && this.#resource.actions[action]!.form === 'where'
  }

  /** Whether a caller may do this, with a record where the rule looks at one. */
  admits(action: string, subject: Subject, record: Row | undefined): boolean {
    const said = this.#ask(action, subject)
    if (typeof said === 'boolean') return said
    if (record === undefined)
      throw new InternalError(`The rule ${action} of ${this.name} looks at the record, and none was given.`)
    const columns = this.#resource.columns ?? columnsFor(said, record)
    return columns !== undefined && verdict(said as Condition<never>, record, columns as never)
  }

  /** The condition that holds for the records with which a caller may do this. */
  conditionOf(action: string, subject: Subject): Condition {
    const said = this.#ask(action, subject)
    if (typeof said === 'boolean') return said ? all() : any()
    return said
  }

  #ask(action: string, subject: Subject): boolean | Condition {
    if (!this.has(action)) return false
    const { rule, form } = this.#resource.actions[action]!
    const said: unknown = (rule as (subject: Subject, record: Terms) => unknown)(subject, this.#terms)
    if (this.#unfit !== undefined) this.#report(action, subject)
    if (typeof said === 'boolean') return said
    if (form === 'where' && isCondition(said)) return said as Condition
    throw new InternalError(
      `The rule ${action} of ${this.name} gave ${describeValue(said)}: give ${form === 'where' ? 'a condition or ' : ''}true or false.`,
    )
  }

  /** Once for each comparison, and in development and test: a rule may mean it, as that of a caller without a team. */
  #report(action: string, subject: Subject & Partial<Pick<BaseContext, 'app' | 'log'>>): void {
    const { column, comparison, what } = this.#unfit!
    this.#unfit = undefined
    const key = `${action} ${column} ${comparison}`
    if (subject.log === undefined || subject.app?.mode === 'production' || this.#told.has(key)) return
    this.#told.add(key)
    subject.log.warn(
      { event: 'rule-unknown', rule: `${action} ${this.name}`, column },
      `The rule ${action} of ${this.name} compares ${column}.${comparison}() with ${what}: it holds for no record by that.`,
    )
  }
}
