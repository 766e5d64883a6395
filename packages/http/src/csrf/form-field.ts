// Where a form brings its token.
import type { BaseContext, RouteFacts } from '@keelson/core'

const IS_FORM = /^application\/x-www-form-urlencoded(?:[ \t]*;|$)/i

/** Whether core reads a form for a route. The body of another one is its handler's alone: a stream that can be read once. */
export function readsForm({ bodies }: RouteFacts): boolean {
  return bodies.some(({ mediaTypes }) => mediaTypes.some((type) => IS_FORM.test(type)))
}

/** What is wrong with a route whose form has no place for the token: with one, each form would be refused by its schema. */
export function fieldProblems(
  { bodies }: RouteFacts,
  field: string,
): readonly { readonly message: string; readonly remedy: string }[] {
  const isMissing = bodies.some(({ kind, schema }) => kind === 'form' && !mayDeclare(schema, field))
  if (!isMissing) return []
  return [
    {
      message: `Forms bring the token in the field '${field}', which its form does not declare.`,
      remedy: `Write form({ …, ${field}: t.Optional(t.String()) }).`,
    },
  ]
}

/** Whether a schema has a member; also of one that does not say what it has. */
function mayDeclare(schema: unknown, name: string): boolean {
  if (typeof schema !== 'object' || schema === null) return true
  const { properties, allOf, anyOf, oneOf } = schema as Readonly<Record<string, unknown>>
  const parts = [allOf, anyOf, oneOf].filter((one) => Array.isArray(one)).flat()
  if (typeof properties !== 'object' || properties === null)
    return parts.length === 0 || parts.some((part) => mayDeclare(part, name))
  return Object.hasOwn(properties, name) || parts.some((part) => mayDeclare(part, name))
}

/** What a form has in a field; `undefined` where another body came, and for more fields than a form of core may have. */
export async function fieldOf(ctx: BaseContext, field: string): Promise<string | undefined> {
  if (!IS_FORM.test(ctx.header('content-type') ?? '')) return undefined
  return valueIn(new TextDecoder().decode(await ctx.rawBody()), field)
}

/** The limit of core's forms: a body with more is refused after this as well. */
const MAX_FIELDS = 1000

/**
 * The first value of a name in a form, in time that grows as the text does: nobody is known yet. `URLSearchParams` searches the whole
 * rest of the text for the `=` of each name that has none.
 */
function valueIn(form: string, field: string): string | undefined {
  let fields = 0
  for (let start = 0, end = 0; end < form.length; start = end + 1) {
    const found = form.indexOf('&', start)
    end = found === -1 ? form.length : found
    if (end > start && ++fields > MAX_FIELDS) return undefined
    const pair = form.slice(start, end)
    const equals = pair.indexOf('=')
    if (equals !== -1 && decoded(pair.slice(0, equals)) === field) return decoded(pair.slice(equals + 1))
  }
  return undefined
}

/** `undefined` for what is not well formed, which core refuses. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}
