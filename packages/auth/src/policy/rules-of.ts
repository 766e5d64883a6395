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
  watchRule,
  type Condition,
} from '@keelson/core/conditions'
import { ForbiddenError, InternalError, type BaseContext } from '@keelson/core'
import { Asking } from './asking.ts'
import type { AnyResource, AnyRule } from './contract.ts'
import { rowTerms } from './row-terms.ts'
import { ROW_CONDITIONS, rowVerdicts } from './row-values.ts'
import { probe, type Probed } from './probe.ts'
import { guardedTerms, type ComparisonWatch, type Terms } from './terms.ts'

/** Whom rules know. */
export type Subject = Readonly<Record<string, unknown>>
type Row = Readonly<Record<string, unknown>>

/** What a rule does that admits nobody and may be a slip: once for each place. */
type Slip = readonly [key: string, what: string]

const EVERY = all<unknown>()
const NONE = any<unknown>()

/** The rules of one resource. */
export class RulesOf {
  readonly name: string
  readonly #resource: AnyResource
  /** With these a rule gives a condition; with those it judges `#record`. */
  readonly #terms: Terms
  readonly #verdicts: Terms
  #record: Row | undefined = undefined
  #slip: Slip | undefined = undefined
  readonly #comparisons: ComparisonWatch = {
    asking: undefined,
    tell: ({ column, comparison, what }) => {
      this.#slip = [`${column}.${comparison}`, `compares ${column}.${comparison}() with ${what}`]
    },
  }
  readonly #told = new Set<string>()

  constructor(name: string, resource: AnyResource) {
    this.name = name
    this.#resource = resource
    const { columns } = resource
    const watch = this.#comparisons
    const recordOf = (): Row => this.#record ?? this.#missing()
    this.#terms =
      columns === undefined
        ? rowTerms(ROW_CONDITIONS, watch)
        : guardedTerms(conditionsOn(columns) as never, columns, watch)
    this.#verdicts =
      columns === undefined
        ? rowTerms(rowVerdicts(recordOf), watch)
        : guardedTerms(verdictTerms(columns, recordOf) as never, columns, watch)
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

  /** Names of the fields that the rule of an action guards. */
  fieldsOf(action: string): readonly string[] {
    return Object.keys(this.#resource.actions[action]!.fields)
  }

  /** What a caller is told who may not do this. */
  refusalOf(action: string): string | undefined {
    return this.#resource.actions[action]!.refusal
  }

  /** Names of its columns, where it has a table. */
  get columns(): readonly string[] | undefined {
    const { columns } = this.#resource
    return columns && Object.keys(columns)
  }

  /** What the start sees of the rule of an action and of those of its fields. */
  look(action: string): readonly Probed[] {
    const rule = this.#resource.actions[action]!
    const all = [rule, ...Object.values(rule.fields)]
    return all.filter(({ form }) => form === 'where').map((one) => probe(one.rule))
  }

  /** Whether a column is known to hold nulls. */
  mayBeNull(column: string): boolean {
    return this.#resource.columns?.[column]?.nullable === true
  }

  /** Whether a caller may do this, with a record where the rule looks at one. */
  admits(action: string, subject: Subject, record: Row | undefined): boolean {
    return this.has(action) && this.#judge(this.#resource.actions[action]!, action, { subject, record })
  }

  /** The condition that holds for the records with which a caller may do this. */
  conditionOf(action: string, subject: Subject): Condition {
    if (!this.has(action)) return NONE
    const said = this.#ask(this.#resource.actions[action]!, action, { subject, isJudging: false })
    if (typeof said === 'boolean') return said ? EVERY : NONE
    if (said.op === 'always') return EVERY
    if (said.op === 'never') return NONE
    return said.op === 'unknown' ? UNKNOWN : said
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
      const said = this.#ask(rule, label, { subject, isJudging: true })
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
    { subject, isJudging }: { readonly subject: Subject; readonly isJudging: boolean },
  ): boolean | Condition {
    const asking = new Asking(isJudging)
    // A rule may ask another one.
    const before = this.#comparisons.asking
    this.#comparisons.asking = asking
    let said: unknown
    try {
      const call = rule as (subject: Subject, record: Terms) => unknown
      said = watchRule(() => call(subject, isJudging ? this.#verdicts : this.#terms), this.#watch)
    } finally {
      this.#comparisons.asking = before
    }
    asking.taken(said)
    this.#refuseLoss(asking, said, label)
    if (this.#slip !== undefined) this.#report(label, subject)
    if (typeof said === 'boolean') return said
    if (form === 'where' && isCondition(said)) return said as Condition
    throw new InternalError(
      `The rule ${label} of ${this.name} gave ${describeValue(said)}: give ${form === 'where' ? 'a condition or ' : ''}true or false.`,
    )
  }

  readonly #watch = {
    empty: (op: 'all' | 'any'): Condition => {
      this.#slip = [op, `calls ${op}() without members`]
      return UNKNOWN
    },
    operand: (member: unknown): unknown => {
      this.#comparisons.asking?.taken(member)
      return member
    },
    made: (condition: Condition): Condition => this.#comparisons.asking?.made(condition) ?? condition,
  }

  #refuseLoss(asking: Asking, said: unknown, label: string): void {
    if (asking.usesKept)
      throw new InternalError(
        `The rule ${label} of ${this.name} uses a comparison that it has kept, which another call has answered: make it anew in each call.`,
      )
    if (asking.admitsByLess(said))
      throw new InternalError(
        `The rule ${label} of ${this.name} makes a comparison, and omits it from what it gives: join conditions by all(…) and any(…).`,
      )
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
