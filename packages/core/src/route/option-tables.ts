import {
  callable,
  either,
  flag,
  integer,
  isErrorFormat,
  listOf,
  milliseconds,
  nested,
  ofKind,
  oneOf,
  optionTable,
  recordOf,
  text,
  type OptionKind,
  type OptionSchema,
} from '../errors/index.ts'
import { isSchema } from '../schema/index.ts'
import { isTree } from './flatten.ts'
import type { LookupOptions } from '../path/index.ts'
import { isMetaEntry, isMetaKey } from './meta.ts'
import { isMiddleware } from './middleware-contract.ts'
import type { JsonSettings, RouteOptions, RouterOptions, UnknownSettings } from './route-contract.ts'

const MIDDLEWARE: OptionKind = {
  what: 'a middleware',
  test: isMiddleware,
  code: 'ERR_CORE_MIDDLEWARE',
  remedy: (value) =>
    typeof value === 'function'
      ? 'Wrap it: middleware({ name, stage, run }); or call the function that makes the middleware.'
      : undefined,
}

/** One middleware, among options. */
export const MIDDLEWARE_OPTION = ofKind(MIDDLEWARE, 'Middleware for all routes below.')
const META_OPTION = listOf(
  ofKind(
    {
      what: 'what a key of metaKey() made',
      test: isMetaEntry,
      remedy: (value) => (isMetaKey(value) ? `Give it a value: ${value.label}(…).` : undefined),
    },
    'Facts for middleware that asks for them.',
  ),
)

/** A list of middleware, among options. */
export const USE_OPTION = listOf(MIDDLEWARE_OPTION, undefined, { isNestable: true })

/** An access rule, among options. */
export const ACCESS_OPTION = either(
  oneOf(['public'], 'Who may call it.'),
  ofKind({ ...MIDDLEWARE, what: 'an access rule' }, 'Who may call it.'),
  listOf(ofKind({ ...MIDDLEWARE, what: 'an access rule' }, 'Who may call it.')),
)

/** Services by name, among options and arguments. */
export const SERVICES_OPTION = ofKind(
  {
    what: 'an object of classes and tokens by name',
    test: (value) =>
      typeof value === 'object' &&
      !Array.isArray(value) &&
      typeof (value as PromiseLike<unknown>).then !== 'function',
    remedy: (value) => (typeof value === 'object' ? undefined : 'Give it a name: { orders: Orders }.'),
  },
  'What is injected.',
)

const ERROR_CLASS: OptionKind = {
  what: 'an error class, made by defineError',
  test: (value) =>
    typeof value === 'function' &&
    typeof (value as Partial<{ code: unknown }>).code === 'string' &&
    typeof (value as Partial<{ status: unknown }>).status === 'number',
  remedy: () => 'Give the class: const OrderClosed = defineError(…), then errors: [OrderClosed].',
}

/** The list of errors that a route or a middleware may answer with. */
export const ERRORS_OPTION = listOf(ofKind(ERROR_CLASS, 'Errors that it may answer with.'))

/** A wire format of errors, among options. */
export const ERROR_FORMAT_OPTION = ofKind(
  { what: 'a format that errorFormat() made', test: isErrorFormat },
  'How errors look on the wire.',
)

const schema = (what: string, description: string) =>
  ofKind(
    {
      what,
      // Some libraries make schemas that are functions.
      test: (value) =>
        isSchema(value) ||
        (typeof value === 'object' &&
          !Array.isArray(value) &&
          typeof (value as PromiseLike<unknown>).then !== 'function'),
      remedy: () => 'Give a schema, like t.Object({ … }); where it is made by a function, call that.',
    },
    description,
  )

/** How JSON bodies are read. */
export const JSON_OPTIONS = optionTable<JsonSettings>({
  duplicates: oneOf(['last', 'refuse'], 'What a repeated member name means.', { default: 'last' }),
})

const UNKNOWN_WORDS = ['refuse', 'ignore', 'pass']

const UNKNOWN_OPTIONS = optionTable<UnknownSettings>({
  body: oneOf(UNKNOWN_WORDS, 'Undeclared members of the body.', { default: 'refuse' }),
  query: oneOf(UNKNOWN_WORDS, 'Undeclared members of the query.', { default: 'ignore' }),
  // Every client sends headers that no route declares, and a browser all cookies of its host.
  headers: oneOf(['ignore', 'pass'], 'Undeclared headers.', { default: 'ignore' }),
  cookies: oneOf(['ignore', 'pass'], 'Undeclared cookies.', { default: 'ignore' }),
})

/** Options of `route.get`, `route.post` … and `route.define`. */
export const ROUTE_OPTIONS = optionTable<RouteOptions>({
  params: schema('a schema or an object of schemas', 'Params of the path.'),
  query: schema('a schema or an object of schemas', 'The query.'),
  headers: schema('a schema or an object of schemas', 'Request headers.'),
  cookies: schema('a schema or an object of schemas', 'Request cookies.'),
  body: schema('a schema', 'The body.'),
  response: schema('a schema, or an object of schemas by status', 'What it answers.'),
  errors: ERRORS_OPTION,
  access: ACCESS_OPTION,
  use: USE_OPTION,
  summary: text('One sentence for the OpenAPI document.'),
  description: text('Longer text for the OpenAPI document, Markdown.'),
  deprecated: flag('Whether the OpenAPI document says so.', { default: false }),
  tags: listOf(text('Tags in the OpenAPI document.')),
  meta: META_OPTION,
  hidden: flag('Whether the OpenAPI document omits it.', { default: false }),
  acknowledge: recordOf(
    text('Why the finding of keelson check is meant.'),
    'Findings that are meant, by rule.',
  ),
  deadlineMs: milliseconds("Time until the answer is complete. Default: the app's.", { isZeroOff: true }),
  maxBodyBytes: integer("Largest body, bytes. Default: the app's."),
  json: nested(JSON_OPTIONS, 'How JSON bodies are read.'),
  unknown: nested(UNKNOWN_OPTIONS, 'What happens to members that no schema declares.'),
  consumes: listOf(text('Media types that the body is accepted in.'), undefined, {
    default: ['application/json'],
  }),
  upgrades: text('The protocol to which its connection is switched.'),
})

/** Options of `router`. */
export const ROUTER_OPTIONS = optionTable<RouterOptions>({
  use: USE_OPTION,
  access: ACCESS_OPTION,
  meta: META_OPTION,
  errorFormat: ERROR_FORMAT_OPTION,
  json: nested(JSON_OPTIONS, 'How JSON bodies are read.'),
})

/** How paths are compared. */
export const LOOKUP_OPTIONS = optionTable<LookupOptions>({
  caseSensitive: flag('Whether /Users and /users are different paths.', { default: true }),
  trailingSlash: oneOf(['strict', 'ignore'], 'Whether a slash at the end makes another path.', {
    default: 'strict',
  }),
})

/** A tree of routes, as `createApp`, `router` and `toManifest` take it. */
export const ROUTE_TREE_OPTION = ofKind(
  {
    what: 'an object of routes and routers',
    test: isTree,
    remedy: (value) => {
      if (!isMarked(value)) return undefined
      return 'listen' in value ? 'Give its routes: app.routes.' : 'Give it a name: { orders: … }.'
    },
  },
  'The routes by name.',
)

/** A handler. */
export const HANDLER_OPTION = callable('Gives the answer.', 'a function of the context')

/**
 * An app, among arguments, or what stands for one.
 *
 * @param call - the function that takes it, for the remedy
 * @param methods - what it must do, besides having plans
 */
export function appOption(call: string, methods: readonly string[] = []): OptionSchema {
  return ofKind(
    {
      what: 'an app',
      test: (value) =>
        hasPlans(value) &&
        methods.every((name) => typeof (value as Readonly<Record<string, unknown>>)[name] === 'function'),
      remedy: (value) =>
        isTree(value) || isMarked(value)
          ? `Give the app of these routes: ${call}(createApp({ routes })).`
          : undefined,
    },
    'The app.',
  )
}

/** The plans of an app are made when they are read, which may find that it cannot start. */
function hasPlans(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('plans' in value)) return false
  const own = Object.getOwnPropertyDescriptor(value, 'plans')
  return own === undefined || own.get !== undefined || Array.isArray(own.value)
}

function isMarked(value: unknown): value is object {
  return typeof value === 'object' && value !== null && '~internal' in value
}
