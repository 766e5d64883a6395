import type { Router, RouteTree, RulingRouter } from '@keelson/contract'
import { callSite, optionProblems, text, valueProblems } from '../errors/index.ts'
import { ROUTE_TREE_OPTION, ROUTER_OPTIONS } from './option-tables.ts'
import type { PathParams } from '../path/path-params.ts'
import type { AllErrors, NotEmpty } from './fits.ts'
import type { AccessRule, RouterOptions } from './route-contract.ts'
import { flattenUse, type MiddlewareOrList } from './use-list.ts'

type PrefixParams<TPrefix extends string> = TPrefix extends `${string}:${string}` ? PathParams<TPrefix> : {}
/** What the routes below may answer with where they have no rule of their own, if it has one. */
type RuleOf<TAccess> = [TAccess] extends [undefined] ? undefined : { errors: AllErrors<TAccess> }

/**
 * Puts a tree of routes below a prefix. Names in the tree become operation ids: `orders.show`.
 *
 * The prefix may hold params, `'/users/:userId/orders'`; `''` or `'/'` is none. Options are middleware and access rule of
 * all routes below.
 *
 * @example
 * export const orders = router('/orders', { show, create })
 * export const admin = router('/admin', { access: role('admin') }, { orders })
 */
export function router<
  const TPrefix extends string,
  const TTree extends RouteTree,
  const TAccess extends AccessRule | readonly AccessRule[] | undefined = undefined,
  const TUse extends readonly MiddlewareOrList[] | undefined = undefined,
>(
  prefix: TPrefix,
  options: RouterOptions<TAccess, TUse> & NotEmpty<TAccess>,
  tree: TTree,
): RulingRouter<TTree, PrefixParams<TPrefix>, AllErrors<TUse>, RuleOf<TAccess>>
export function router<const TPrefix extends string, const TTree extends RouteTree>(
  prefix: TPrefix,
  tree: TTree,
): Router<TTree, PrefixParams<TPrefix>>
export function router(prefix: string, second: RouteTree | RouterOptions, third?: RouteTree): Router {
  const options = third === undefined ? {} : second
  const at = { name: 'router' }
  const problems = [
    ...valueProblems(PREFIX_OPTION, prefix, { ...at, argument: 'The prefix' }),
    ...optionProblems(ROUTER_OPTIONS, options, at),
    ...valueProblems(ROUTE_TREE_OPTION, third ?? second, { ...at, argument: 'The tree' }),
  ]
  const isRight = problems.length === 0
  const source = callSite(router as never)
  const value = {
    '~internal': 'router' as const,
    prefix,
    '~problems': problems,
    tree: Object.freeze(isRight ? { ...(third ?? (second as RouteTree)) } : {}),
    options: Object.freeze(isRight ? withFlatUse(options as RouterOptions) : {}),
    get source() {
      return source()
    },
  }
  return Object.freeze(value) as unknown as Router
}

function withFlatUse(options: RouterOptions): RouterOptions {
  return options.use === undefined ? { ...options } : { ...options, use: flattenUse(options.use) }
}

const PREFIX_OPTION = text('Prefix of the paths below.', { what: "a text like '/orders', '' for none" })
