// The types of policies: resources by name, and of each what a caller may do with it.
import type { AnyMiddleware, BaseContext, Middleware, TypeMessage, WireError } from '@keelson/core'
import type { Condition, ConditionColumns, ConditionTerms } from '@keelson/core/conditions'
import type { SchemeErrors } from '../schemes/index.ts'

type MaybePromise<T> = T | Promise<T>

/** Rules of fields: who may do an action sees of these what the rule of each admits. */
export type FieldRules<TField extends string> = { readonly [K in TField]: FieldRule }

/** A rule that knows the caller alone. */
export interface WhenRule<TField extends string = never> {
  readonly form: 'when'
  readonly rule: (subject: never) => boolean
  readonly fields: FieldRules<TField>
  readonly refusal: string | undefined
}

/** A rule that looks at the record, as a condition: the same for one record and for a list. */
export interface WhereRule<TField extends string = never> {
  readonly form: 'where'
  readonly rule: (subject: never, record: never) => unknown
  readonly fields: FieldRules<TField>
  readonly refusal: string | undefined
}

/** A rule of a field. */
export type FieldRule = WhenRule | WhereRule

/** A rule, whatever fields it names. */
export type AnyRule = WhenRule<string> | WhereRule<string>

/** Rules by action. */
export interface Actions {
  readonly [action: string]: AnyRule
}

/** What a rule gives: a condition on the columns, or whether it holds for each record. */
export type Verdict<TColumns> = boolean | Condition<TColumns>

/** Options of `when` and `where`. */
export interface RuleOptions<TField extends string> {
  /** Who sees a field, of those who may do the action; who may not finds it absent from what `pick` gives. Default: all. */
  readonly fields?: FieldRules<TField> | undefined
  /** What a caller is told who may not do the action, in one sentence: the `detail` of the 403. Default: no more than that. */
  readonly refusal?: string | undefined
}

/** The forms in which rules of a resource are written; `TFields` are the names of its fields. */
export interface RuleForms<TSubject, TColumns extends ConditionColumns, TFields extends string> {
  /**
   * A rule that knows the caller alone.
   *
   * @example
   * definePolicy<{ user: { roles: string[] } }>()((resource) => ({
   *   Order: resource<{ id: string }>()(({ when }) => ({ create: when(({ user }) => user.roles.includes('buyer')) })),
   * }))
   */
  when<TField extends TFields = never>(
    rule: (subject: TSubject) => boolean,
    options?: RuleOptions<TField>,
  ): WhenRule<NoInfer<TField>>
  /**
   * A rule that looks at the record.
   *
   * @example
   * definePolicy<{ user: { id: string } }>()((resource) => ({
   *   Order: resource<{ customerId: string }>()(({ where }) => ({ read: where(({ user }, order) => order.customerId.is(user.id)) })),
   * }))
   */
  where<TField extends TFields = never>(
    rule: (subject: TSubject, record: ConditionTerms<TColumns>) => Verdict<TColumns>,
    options?: RuleOptions<TField>,
  ): WhereRule<NoInfer<TField>>
}

/** A resource with its rules, for the compiler and the policy. */
export interface Resource<TRow, TColumns extends ConditionColumns, TActions extends Actions> {
  readonly actions: TActions
  readonly columns: TColumns | undefined
  readonly '~row': TRow
}

/** Any resource. */
export interface AnyResource {
  readonly actions: Actions
  readonly columns: ConditionColumns | undefined
  readonly '~row': unknown
}

/** Resources by name. */
export interface Resources {
  readonly [name: string]: AnyResource
}

/** A table value of `@keelson/db`, or whatever has columns and the type of a row. */
export interface TableLike {
  readonly columns: ConditionColumns
  readonly '~row': unknown
}

/** Columns of a record type without a table: texts, safe integers and booleans. */
export type ColumnsOf<TRow> = {
  readonly [K in keyof TRow & string as KindOf<TRow[K]> extends never ? never : K]: {
    readonly kind: KindOf<TRow[K]>
    readonly '~type': TRow[K]
  }
}
// Of a type alone nobody knows how its texts are ordered: to the compiler they are values that are equal or not.
type KindOf<T> = [NonNullable<T>] extends [never]
  ? never
  : [NonNullable<T>] extends [string]
    ? 'json'
    : [NonNullable<T>] extends [number]
      ? 'integer'
      : [NonNullable<T>] extends [boolean]
        ? 'boolean'
        : never

/** Names a resource: `resource(Orders)` of a table, `resource<Order>()` of a type. */
export interface ResourceFactory<TSubject> {
  <TTable extends TableLike>(
    table: TTable,
  ): <const TActions extends Actions>(
    rules: (forms: RuleForms<TSubject, TTable['columns'], keyof TTable['~row'] & string>) => TActions,
  ) => Resource<TTable['~row'], TTable['columns'], TActions>
  <TRow extends object>(): <const TActions extends Actions>(
    rules: (forms: RuleForms<TSubject, ColumnsOf<TRow>, keyof TRow & string>) => TActions,
  ) => Resource<TRow, ColumnsOf<TRow>, TActions>
}

/** Errors of routes behind a rule of a policy. */
export type PolicyErrors = SchemeErrors | WireError<'ERR_CORE_FORBIDDEN', undefined, 403>
type RecordErrors = PolicyErrors | WireError<'ERR_CORE_NOT_FOUND', undefined, 404>

/** What rules need on the context: the subject, whose `user` may be missing until a rule asks. */
type Needed<TSubject> = {
  readonly [K in keyof TSubject]: K extends 'user' ? TSubject[K] | undefined : TSubject[K]
}

/** Behind a rule the user is there. */
type NarrowsOf<TSubject> = TSubject extends { user: infer U } ? { readonly user: U } : {}
interface Narrows<TSubject> {
  readonly '~types': { readonly narrows: NarrowsOf<TSubject> }
}

/** Any name, where editors offer these. */
type NameOf<TNames extends string> = string extends TNames ? string : TNames | (string & {})
type ResourceOf<R extends Resources> = NameOf<keyof R & string>
type ActionOf<R extends Resources, N> = NameOf<keyof R[N & keyof R]['actions'] & string>
type RuleOf<R extends Resources, N, A> = R[N & keyof R]['actions'][A & keyof R[N & keyof R]['actions']]
type RowOf<R extends Resources, N> = R[N & keyof R]['~row']

/** `unknown` for a name that is there, else a sentence. */
type KnownResource<R extends Resources, N extends string> = [N] extends [keyof R]
  ? unknown
  : TypeMessage<`There is no resource '${N}': write its rules in definePolicy, or use another name.`>
// Of a resource that is not there no action is asked.
type KnownAction<R extends Resources, N extends string, A extends string> = [N] extends [keyof R]
  ? [A] extends [keyof R[N & keyof R]['actions']]
    ? unknown
    : TypeMessage<`${N} has no rule '${A}': write it in definePolicy, or use another action.`>
  : unknown
/** The same for rules that have to know the caller alone. */
type WithoutRecord<R extends Resources, N extends string, A extends string> = [N] extends [keyof R]
  ? [A] extends [keyof R[N & keyof R]['actions']]
    ? RuleOf<R, N, A> extends { readonly form: 'when' }
      ? unknown
      : TypeMessage<`'${A}' depends on the record: load it, or use canList.`>
    : KnownAction<R, N, A>
  : unknown

/** Options of `can` for one record. */
export interface LoadOptions<TNeeds, TRecord> {
  /** Loads the record that is asked for; `undefined` or `null` answers 404. */
  readonly load: (ctx: BaseContext & TNeeds) => MaybePromise<TRecord>
}

/** Makes access rules of a policy. */
export interface Can<TSubject, R extends Resources> {
  /**
   * An access rule for what depends on the caller alone.
   *
   * @example
   * const create = route.post('/orders', { access: policy.can('create', 'Order') }, () => 'made')
   */
  <N extends ResourceOf<R>, A extends ActionOf<R, N>>(
    action: A & WithoutRecord<R, N, A>,
    resource: N & KnownResource<R, N>,
  ): Middleware<{}, Needed<TSubject>, PolicyErrors> & Narrows<TSubject>
  /**
   * An access rule for one record, which it loads and puts on the context under the name of the resource, its first letter small.
   *
   * @throws {NotFoundError} 404 where there is none, and for a caller who may not `read` it
   * @throws {ForbiddenError} 403 for a caller who may read it, and not do this
   * @example
   * const mayRead = policy.can('read', 'Order', { load: ({ params }: { params: { id: string } }) => orders.find(params.id) })
   */
  <N extends ResourceOf<R>, A extends ActionOf<R, N>, TNeeds, TRecord extends RowOf<R, N> | undefined | null>(
    action: A & KnownAction<R, N, A>,
    resource: N & KnownResource<R, N>,
    options: LoadOptions<TNeeds, TRecord>,
  ): RecordRule<TSubject, Uncapitalize<N>, TNeeds, TRecord>
}

/** An access rule for one record: it needs the subject and what `load` reads, and adds the record. */
// One type with all of them: it costs the compiler half of what a Middleware and what it narrows, joined, do.
export interface RecordRule<TSubject, TAs extends string, TNeeds, TRecord> extends AnyMiddleware {
  readonly '~types': {
    readonly adds: { readonly [K in TAs]: NonNullable<TRecord> }
    readonly needs: TNeeds & Needed<TSubject>
    readonly errors: RecordErrors
    readonly narrows: NarrowsOf<TSubject>
  }
}

/** Makes access rules for lists. */
export type CanList<TSubject, R extends Resources> = <N extends ResourceOf<R>, A extends ActionOf<R, N>>(
  action: A & KnownAction<R, N, A>,
  resource: N & KnownResource<R, N>,
) => Middleware<{ readonly visible: Condition<ColumnsIn<R[N & keyof R]>> }, Needed<TSubject>, PolicyErrors> &
  Narrows<TSubject>

type ColumnsIn<R> = R extends Resource<unknown, infer C, Actions> ? C : never

/** What tools read of a policy; may change with any version. */
export interface PolicyInspection {
  /** Actions by resource, and whether the rule of an action looks at the record. */
  readonly actions: Readonly<Record<string, Readonly<Record<string, boolean>>>>
}

/** What `definePolicy` gives. */
export interface Policy<TSubject, R extends Resources> {
  readonly can: Can<TSubject, R>
  /**
   * Makes an access rule for a list: everybody who may do this with some records passes, and `visible` on the context is the condition
   * that holds for these.
   *
   * @example
   * const listed = policy.canList('read', 'Order')
   */
  readonly canList: CanList<TSubject, R>
  /** Whether a caller may do this with a record, by the rule that `can` asks; without a record for rules that know the caller alone. */
  allows<N extends ResourceOf<R>, A extends ActionOf<R, N>>(
    subject: TSubject,
    action: A & KnownAction<R, N, A>,
    resource: N & KnownResource<R, N>,
    ...record: RuleOf<R, N, A> extends { readonly form: 'when' }
      ? readonly [RowOf<R, N>?]
      : readonly [RowOf<R, N>]
  ): boolean
  /**
   * A record with the fields that a caller may see of it: those that the rule of the action names in `fields` only where their own rule
   * admits the caller. For a list: `orders.map((order) => pick({ user }, 'read', 'Order', order))`.
   *
   * @throws {ForbiddenError} `ERR_CORE_FORBIDDEN`, 403, for a record with which the caller may not do this at all
   * @example
   * const seen = policy.pick({ user }, 'read', 'Order', order)
   */
  pick<N extends ResourceOf<R>, A extends ActionOf<R, N>, TRecord extends RowOf<R, N>>(
    subject: TSubject,
    action: A & KnownAction<R, N, A>,
    resource: N & KnownResource<R, N>,
    record: TRecord,
  ): PickedRecord<TRecord, keyof RuleOf<R, N, A>['fields']>
  readonly '~internal': PolicyInspection
}

/**
 * What `definePolicy<…>()` gives, which takes the rules. Its text is for the compiler to print where the rules are forgotten.
 */
export interface PolicyRules<TSubject, TText extends string> {
  <const R extends Resources>(define: (resource: ResourceFactory<TSubject>) => R): Policy<TSubject, R>
  readonly '~message'?: TText
}

/** A record of which some members may be absent. */
export type PickedRecord<TRecord, TField extends PropertyKey> = {
  readonly [K in keyof TRecord as K extends TField ? never : K]: TRecord[K]
} & { readonly [K in keyof TRecord as K extends TField ? K : never]?: TRecord[K] }
