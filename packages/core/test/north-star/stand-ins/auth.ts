// Stands in for the coming package auth, written with core's public names alone.
import {
  accessRule,
  ForbiddenError,
  KEYS,
  middleware,
  UnauthorizedError,
  type BaseContext,
  type Middleware,
  type NotFoundError,
} from '@keelson/core'
import { conditionsOn, verdict, type Condition, type ConditionTerms } from '@keelson/core/conditions'
import type { RowOf, Table } from './db.ts'

/** What a token says. */
export interface Claims {
  readonly iss: string
  readonly aud: string
  readonly sub: string
  readonly roles?: readonly string[]
}

type Refused = NonNullable<(typeof ForbiddenError)['~error']>
type NotFound = NonNullable<(typeof NotFoundError)['~error']>

/** Options of {@link bearer}. */
export interface BearerOptions<TUser> {
  readonly issuer: string
  readonly audience: string
  /** Makes of a token what handlers find as `user`. */
  readonly user: (claims: Claims) => TUser
}

/** Takes the caller from a bearer token (RFC 6750). */
export function bearer<TUser extends { readonly id: string }>(
  options: BearerOptions<TUser>,
): Middleware<{ user: TUser }, {}, NonNullable<(typeof UnauthorizedError)['~error']>> {
  const { issuer, audience, user: toUser } = options
  return middleware({
    name: 'bearer',
    stage: 'authenticate',
    inject: { keys: KEYS },
    state: ({ keys }) => keys.derive('auth-bearer'),
    adds: ['user'],
    run: (ctx, { state }): { user: TUser } => {
      const [, payload = '', signature = ''] =
        /^Bearer ([\w-]+)\.([\w.-]+)$/.exec(ctx.header('authorization') ?? '') ?? []
      if (!state.verify(payload, signature)) throw new UnauthorizedError()
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims
      if (claims.iss !== issuer || claims.aud !== audience) throw new UnauthorizedError()
      return { user: toUser(claims) }
    },
    principal: ({ user }) => ({ id: user.id, kind: 'user' }),
    challenge: `Bearer realm="${audience}"`,
    describe: { security: 'bearer', errors: [UnauthorizedError] },
  })
}

/** Lets pass by what is known of the caller alone. */
export interface WhenRule<TNeeds> {
  readonly kind: 'when'
  readonly allow: (ctx: TNeeds) => boolean
}
/** Lets pass where a condition holds for the record. */
export interface WhereRule<TNeeds, T extends Table> {
  readonly kind: 'where'
  readonly write: (ctx: TNeeds, columns: ConditionTerms<T['columns']>) => Condition<T['columns']>
}

interface RuleKit<TNeeds, T extends Table> {
  when(allow: (ctx: TNeeds) => boolean): WhenRule<TNeeds>
  where(
    write: (ctx: TNeeds, columns: ConditionTerms<T['columns']>) => Condition<T['columns']>,
  ): WhereRule<TNeeds, T>
}
interface Rules<TNeeds, T extends Table> {
  readonly [action: string]: WhenRule<TNeeds> | WhereRule<TNeeds, T>
}
export interface Resource<T extends Table, TRules> {
  readonly table: T
  readonly rules: TRules
}
interface Resources<TNeeds> {
  readonly [name: string]: Resource<Table, Rules<TNeeds, never>>
}
type ResourceMaker<TNeeds> = <T extends Table>(
  table: T,
) => <TRules extends Rules<TNeeds, T>>(write: (kit: RuleKit<TNeeds, T>) => TRules) => Resource<T, TRules>

/** Actions of a resource that have a condition on its records. */
type ListAction<TRules> = {
  [A in keyof TRules & string]: TRules[A] extends { kind: 'where' } ? A : never
}[keyof TRules & string]
/** What a rule asks for besides its name: a condition needs the record. */
type LoadArgs<TRule, T extends Table, TContext> = TRule extends { kind: 'where' }
  ? [
      options: {
        readonly load: (ctx: BaseContext & TContext) => RowOf<T> | undefined | Promise<RowOf<T> | undefined>
      },
    ]
  : []
type Loaded<TRule, T extends Table, R extends string> = TRule extends { kind: 'where' }
  ? { readonly [K in Uncapitalize<R>]: RowOf<T> }
  : {}
type ErrorsOf<TRule> = TRule extends { kind: 'where' } ? Refused | NotFound : Refused

/** A policy: who may do what with which records. */
export interface Policy<TNeeds, TResources extends Resources<TNeeds>> {
  /** An access rule for one record, or for none. */
  can<
    const A extends keyof TResources[R]['rules'] & string,
    const R extends keyof TResources & string,
    TContext,
  >(
    action: A,
    resource: R,
    ...options: LoadArgs<TResources[R]['rules'][A], TResources[R]['table'], TNeeds & TContext>
  ): Middleware<
    Loaded<TResources[R]['rules'][A], TResources[R]['table'], R>,
    TNeeds & TContext,
    ErrorsOf<TResources[R]['rules'][A]>
  >
  /** An access rule for lists: adds `visible`, the condition for what the caller may see. */
  canList<const A extends ListAction<TResources[R]['rules']>, const R extends keyof TResources & string>(
    action: A,
    resource: R,
  ): Middleware<{ readonly visible: Condition<TResources[R]['table']['columns']> }, TNeeds, Refused>
}

interface AnyRule {
  readonly kind: 'when' | 'where'
  readonly allow: (ctx: object) => boolean
  readonly write: (ctx: object, columns: object) => Condition
}

/** Writes a policy over the names that `TNeeds` has. */
export function definePolicy<TNeeds extends object>() {
  return <const TResources extends Resources<TNeeds>>(
    define: (resource: ResourceMaker<TNeeds>) => TResources,
  ): Policy<TNeeds, TResources> => {
    const kit = {
      when: (allow: unknown) => ({ kind: 'when', allow }),
      where: (write: unknown) => ({ kind: 'where', write }),
    }
    const resources = define(((table: Table) => (write: (given: typeof kit) => unknown) => ({
      table,
      rules: write(kit),
    })) as never)
    const find = (action: string, name: string) => {
      const { table, rules } = resources[name] as unknown as { table: Table; rules: Record<string, AnyRule> }
      return { table, terms: conditionsOn(table.columns), rule: rules[action] as AnyRule }
    }
    const can = (action: string, name: string, options?: { load: (ctx: object) => Promise<object> }) => {
      const { table, terms, rule } = find(action, name)
      const title = `can ${action} ${name}`
      if (rule.kind === 'when') return accessRule({ name: title, allow: (ctx) => rule.allow(ctx) })
      return accessRule({
        name: title,
        load: (ctx) => options?.load(ctx),
        as: name.charAt(0).toLowerCase() + name.slice(1),
        allow: (ctx) => {
          const record = (ctx as unknown as Record<string, Record<string, unknown>>)[
            name.charAt(0).toLowerCase() + name.slice(1)
          ]
          return verdict(rule.write(ctx, terms), record ?? {}, table.columns)
        },
      })
    }
    const canList = (action: string, name: string) => {
      const { terms, rule } = find(action, name)
      return middleware({
        name: `can list ${name} to ${action}`,
        stage: 'authorize',
        adds: ['visible'],
        run: (ctx) => ({ visible: rule.write(ctx, terms) }),
        describe: { errors: [ForbiddenError] },
      })
    }
    return { can, canList } as unknown as Policy<TNeeds, TResources>
  }
}
