import type { AnyMiddleware, Plan } from '@keelson/core'
import { isRecord, responsesOf, subschemasOf } from '@keelson/core/spi'
import { accessRules } from './access.ts'
import { applicable, warning, type Finding } from './finding.ts'
import { mayRead, mentions } from './may-read.ts'

/** What the rules of a policy of `@keelson/auth` tell of themselves. */
interface PolicyQuestion {
  readonly rule: string
  readonly fields: readonly string[]
  readonly columns: readonly string[] | undefined
  readonly isList: boolean
}

/** Finds lists that go out whole, and guarded columns that go out unpicked, as far as handlers tell. */
export function checkPolicies(plans: readonly Plan[]): Finding[] {
  return plans.flatMap((plan) => questionsOf(plan).flatMap((one) => checkQuestion(plan, one)))
}

function questionsOf(plan: Plan): readonly PolicyQuestion[] {
  return accessRules(plan).flatMap(
    (rule) => (rule as { readonly '~questions'?: readonly PolicyQuestion[] })['~questions'] ?? [],
  )
}

function checkQuestion({ flat, chain }: Plan, asked: PolicyQuestion): Finding[] {
  if (flat === undefined) return []
  const { handler, options } = flat.route
  const shown = shownBy(options, asked)
  const isPicked = mentions(Function.prototype.toString.call(handler), 'pick')
  return applicable(
    asked.isList &&
      !chain.some(needsVisible) &&
      !mayRead(handler, 'visible') &&
      warning('policy-list-whole', {
        place: flat.place,
        message: `Its rule admits everybody to the list, and its handler does not read visible, which says what each may see by the rule ${asked.rule}.`,
        remedy: 'Take visible from the context, and give it to the query: find({ where: [visible, …] }).',
      }),
    shown.length > 0 &&
      !isPicked &&
      warning('policy-field-shown', {
        place: flat.place,
        message: `Its response shows ${shown.join(', ')}, which fields of the rule ${asked.rule} guard, and its handler does not call pick.`,
        remedy: `Make the answer by pick, or take ${shown.length === 1 ? 'it' : 'them'} out of response. Where a function that it calls picks, acknowledge this.`,
      }),
  )
}

function needsVisible({ needs }: AnyMiddleware): boolean {
  return needs.includes('visible')
}

/** The guarded fields in the answers of success. */
function shownBy(options: { readonly response?: unknown }, { fields, columns }: PolicyQuestion): string[] {
  if (fields.length === 0) return []
  const bodies = responsesOf(options).filter(([status]) => status.startsWith('2'))
  const records = bodies.flatMap(([, body]) => memberLists(body, new Set()))
  const ofResource = records.filter((names) => isOfResource(names, fields, columns))
  return fields.filter((field) => ofResource.some((names) => names.includes(field)))
}

/** A page has a `total` of its own: an object with one of the columns alone, among other names, is another thing. */
function isOfResource(
  names: readonly string[],
  fields: readonly string[],
  columns: readonly string[] | undefined,
): boolean {
  const others = names.filter((name) => !fields.includes(name))
  return columns === undefined || others.length === 0 || others.some((name) => columns.includes(name))
}

/** Names of the members of each object in a schema. */
function memberLists(node: unknown, seen: Set<unknown>): (readonly string[])[] {
  if (!isRecord(node) || seen.has(node)) return []
  seen.add(node)
  const own = isRecord(node['properties']) ? [Object.keys(node['properties'])] : []
  return [...own, ...subschemasOf(node).flatMap(({ schema }) => memberLists(schema, seen))]
}
