// What the rules of a resource say: of one record, and of a list. Both ask the same rule, with the same comparisons.
import { describeValue } from '@keelson/core/options'
import {
  all,
  any,
  conditionsOn,
  isCondition,
  UNKNOWN,
  verdict,
  verdictTerms,
  withoutEmptyLists,
  type Condition,
} from '@keelson/core/conditions'
import { ForbiddenError, InternalError, type BaseContext } from '@keelson/core'
import type { AnyResource, AnyRule } from './contract.ts'
import { rowTerms } from './row-terms.ts'
import { ROW_CONDITIONS, rowVerdicts } from './row-values.ts'
import { probe } from './probe.ts'
import { guardedTerms, type OnUnfit, type Terms, type Unfit } from './terms.ts'

/** Whom rules know. */
export type Subject = Readonly<Record<string, unknown>>
type Row = Readonly<Record<string, unknown>>

/** What a rule does that admits nobody and may be a slip: once for each place. */
type Slip = readonly [key: string, what: string]

/** What the start sees of a rule. */
interface Look {
  readonly empty: readonly string[]
  readonly nullable: readonly string[]
}

/** The rules of one resource. */
export class RulesOf {
  readonly name: string
  readonly #resource: AnyResource
  /** With these a rule gives a condition; with those it judges `#record`. */
  readonly #terms: Terms
  readonly #verdicts: Terms
  #record: Row | undefined = undefined
  #slip: Slip | undefined = undefined
  readonly #told = new Set<string>()
  readonly #looks = new Map<string, Look>()
  /** Learns of comparisons while the start asks a rule. */
  #probed: Unfit[] | undefined = undefined

  constructor(name: string, resource: AnyResource) {
    this.name = name
    this.#resource = resource
    const { columns } = resource
    const tell: OnUnfit = (unfit) => {
      if (this.#probed !== undefined) return void this.#probed.push(unfit)
      const { column, comparison, what } = unfit
      this.#slip = [`${column}.${comparison}`, `compares ${column}.${comparison}() with ${what}`]
    }
    const recordOf = (): Row => this.#record ?? this.#missing()
    this.#terms =
      columns === undefined
        ? rowTerms(ROW_CONDITIONS, tell)
        : guardedTerms(conditionsOn(columns) as never, columns, tell)
    this.#verdicts =
      columns === undefined
        ? rowTerms(rowVerdicts(recordOf), tell)
        : guardedTerms(verdictTerms(columns, recordOf) as never, columns, tell)
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

  /**
   * What the start sees of the rule of an action and those of its fields: lists without members, which would admit everybody or nobody, and
   * nullable columns that are compared with what the caller is.
   */
  look(action: string): Look {
    const known = this.#looks.get(action) ?? this.#lookAnew(action)
    this.#looks.set(action, known)
    return known
  }

  #lookAnew(action: string): Look {
    const rule = this.#resource.actions[action]!
    const all = [rule, ...Object.values(rule.fields)].filter(({ form }) => form === 'where')
    this.#probed = []
    const empty = all.flatMap((one) => [...probe((subject) => one.rule(subject, this.#terms as never)).empty])
    const nullable = this.#probed.map(({ column }) => column).filter((column) => this.#mayBeNull(column))
    this.#probed = undefined
    return { empty, nullable: [...new Set(nullable)] }
  }

  #mayBeNull(column: string): boolean {
    return this.#resource.columns?.[column]?.nullable === true
  }

  /** Whether a caller may do this, with a record where the rule looks at one. */
  admits(action: string, subject: Subject, record: Row | undefined): boolean {
    return this.has(action) && this.#judge(this.#resource.actions[action]!, action, { subject, record })
  }

  /** The condition that holds for the records with which a caller may do this. */
  conditionOf(action: string, subject: Subject): Condition {
    if (!this.has(action)) return any()
    const said = this.#ask(this.#resource.actions[action]!, action, { subject, terms: this.#terms })
    if (typeof said === 'boolean') return said ? all() : any()
    return said
  }

  /** The members of a record that a caller may see, by the rules of its fields. */
  pick(action: string, subject: Subject, record: Row): Row {
    if (!this.admits(action, subject, record))
      throw new ForbiddenError(`What the caller may not ${action} is not picked from.`)
    const { fields } = this.#resource.actions[action]!
    const seen = Object.entries(record).filter(
      ([field]) =>
        !Object.hasOwn(fields, field) ||
        this.#judge(fields[field]!, `${action}.${field}`, { subject, record }),
    )
    return Object.fromEntries(seen)
  }

  #judge(
    rule: AnyRule,
    label: string,
    { subject, record }: { readonly subject: Subject; readonly record: Row | undefined },
  ): boolean {
    // A rule may ask another one, of another record.
    const before = this.#record
    this.#record = record
    try {
      const said = this.#ask(rule, label, { subject, terms: this.#verdicts })
      if (typeof said === 'boolean') return said
      if (said.op === 'always' || said.op === 'never' || said.op === 'unknown') return said.op === 'always'
      // Several unknowns, or a condition that was made before.
      return verdict(
        said as Condition<never>,
        record ?? this.#missing(),
        (this.#resource.columns ?? {}) as never,
      )
    } finally {
      this.#record = before
    }
  }

  #ask(
    { rule, form }: AnyRule,
    label: string,
    { subject, terms }: { readonly subject: Subject; readonly terms: Terms },
  ): boolean | Condition {
    const said = withoutEmptyLists(
      () => (rule as (subject: Subject, record: Terms) => unknown)(subject, terms),
      this.#onEmpty,
    )
    if (this.#slip !== undefined) this.#report(label, subject)
    if (typeof said === 'boolean') return said
    if (form === 'where' && isCondition(said)) return said as Condition
    throw new InternalError(
      `The rule ${label} of ${this.name} gave ${describeValue(said)}: give ${form === 'where' ? 'a condition or ' : ''}true or false.`,
    )
  }

  readonly #onEmpty = (op: 'all' | 'any'): Condition => {
    this.#slip = [op, `calls ${op}() without members`]
    return UNKNOWN
  }

  #missing(): never {
    throw new InternalError(`A rule of ${this.name} looks at the record, and none was given.`)
  }

  /** Once for each place, and in development and test: a rule may mean it, as that of a caller without a team. */
  #report(label: string, subject: Subject & Partial<Pick<BaseContext, 'app' | 'log'>>): void {
    const [place, what] = this.#slip!
    this.#slip = undefined
    const key = `${label} ${place}`
    if (subject.log === undefined || subject.app?.mode === 'production' || this.#told.has(key)) return
    this.#told.add(key)
    subject.log.warn(
      { event: 'rule-unknown', rule: `${label} ${this.name}` },
      `The rule ${label} of ${this.name} ${what}: it holds for no record by that.`,
    )
  }
}
